"""Tokens: keys with which a person's programs use the APIs, each with a name, what it may do, and when it was used last.

A token's secret is on the page that answers its making, and never again.
"""

from asyncio import to_thread
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from litestar import Response, get, post
from litestar.params import FromPath

from tribute.access.caller import Caller, TokenScope
from tribute.access.own_keys import offered_scopes
from tribute.access.tokens import TokenRecord
from tribute.kit.errors import InvalidInputError, NotFoundError
from tribute.web.after_forms import back_to, said_at, ways_back
from tribute.web.parts import AnyRequest, Parts
from tribute.web.settings.forms import Form, Typed, cut, sentence, themself
from tribute.web.settings.sections import SettingsFrame, settings_frame

LABEL: Final = "API tokens"
PATH: Final = "/settings/tokens"
_EVERYTHING: Final = "Everything you may do"
_WORDS: Final[Mapping[TokenScope, tuple[str, str]]] = {
    TokenScope.READ: ("Read", "Everything that you see here, and no change."),
    TokenScope.CHANGE: ("Read and change", "What you may change, but never the team, sign-ins or tokens."),
    TokenScope.LINKS: ("Make links", "See your links and make new ones; no numbers, no commissions."),
}


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token in force."""

    id: str
    name: str
    scopes: str
    made_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class ScopeOffered:
    """Something that a new token may be given; its field is `name`."""

    name: str
    label: str
    help: str


@dataclass(frozen=True, slots=True)
class TokensPage:
    """The tokens, the form for a new one, and right after it was made its secret."""

    template: ClassVar[str] = "settings/tokens.html"
    frame: SettingsFrame
    rows: Sequence[TokenRow]
    offered: Sequence[ScopeOffered]
    typed: Typed
    made_name: str | None = None
    secret: str | None = None
    is_revoked: bool = False


def token_routes(parts: Parts) -> list[Any]:
    """The page, and its forms."""

    @get(PATH)
    async def show(request: AnyRequest) -> Response[Any]:
        return await to_thread(_show, parts, request)

    @post(PATH)
    async def add(request: AnyRequest, data: Form) -> Response[Any]:
        return await to_thread(_add, parts, request, cut(data))

    @post(PATH + "/{token_id:str}/revoke")
    async def revoke(request: AnyRequest, token_id: FromPath[str]) -> Response[Any]:
        return await to_thread(_revoke, parts, request, token_id)

    return [show, add, revoke, ways_back(PATH, PATH + "/{token_id:str}/revoke")]


def _show(parts: Parts, request: AnyRequest) -> Response[Any]:
    caller, is_revoked = themself(parts, request), said_at(parts, request) == "revoked"
    return parts.render.page(_page(parts, caller, Typed({"read": "yes"}), is_revoked=is_revoked), request)


def _add(parts: Parts, request: AnyRequest, told: dict[str, str]) -> Response[Any]:
    caller = themself(parts, request)
    wanted = [scope.value for scope in TokenScope if told.get(scope.value)]
    try:
        made, secret = parts.keys.add_token(caller, told.get("name", ""), wanted)
    except InvalidInputError as error:
        return parts.render.page(_page(parts, caller, Typed(told, error.field, sentence(error.problem))), request, status=422)
    page = _page(parts, caller, Typed({"read": "yes"}), made_name=made.name, secret=secret)
    return parts.render.page(page, request, status=201)


def _revoke(parts: Parts, request: AnyRequest, token_id: str) -> Response[Any]:
    try:
        parts.keys.revoke_token(themself(parts, request), token_id)
    except NotFoundError:  # revoked already, which is what was asked for; another person's looks the same
        return back_to(parts, PATH)
    return back_to(parts, PATH, say="revoked")


def _page(
    parts: Parts, caller: Caller, typed: Typed, *, made_name: str | None = None, secret: str | None = None, is_revoked: bool = False
) -> TokensPage:
    return TokensPage(
        frame=settings_frame(parts, caller, LABEL),
        rows=[_row(one) for one in parts.keys.tokens(caller)],
        offered=[ScopeOffered(scope.value, *_WORDS[scope]) for scope in offered_scopes(caller)],
        typed=typed,
        made_name=made_name,
        secret=secret,
        is_revoked=is_revoked,
    )


def _row(token: TokenRecord) -> TokenRow:
    scopes = _EVERYTHING if token.scopes is None else ", ".join(words for scope, (words, _) in _WORDS.items() if scope in token.scopes)
    return TokenRow(token.id, token.name or "Made for you", scopes, token.created_at, token.last_used_at)
