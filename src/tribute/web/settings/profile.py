"""Profile: what a person is called, and, for an affiliate, the company, country and places of promotion; and changing the e-mail address.

A new address is asked for soon after signing in, as whoever reads its mailbox can reset the password. It counts when the link that is
mailed to it is used; the old one is told.
"""

from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tribute.access.caller import Caller
from tribute.kit.errors import ConflictError
from tribute.office.own import CONFIRM_PATH
from tribute.web.after_forms import back_to, said_at, ways_back
from tribute.web.parts import AnyRequest, Parts
from tribute.web.settings.forms import Choice, Form, Typed, choices, cut, saved, sentence, themself
from tribute.web.settings.places import countries
from tribute.web.settings.sections import SettingsFrame, settings_frame

LABEL: Final = "Profile"
PATH: Final = "/settings"
_AGAIN: Final = "/sign-in?again&next=%2Fsettings"


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """Two forms: who one is, and at which address. `waiting` is the address that is to be confirmed."""

    template: ClassVar[str] = "settings/profile.html"
    frame: SettingsFrame
    typed: Typed
    address: Typed
    email: str
    waiting: str | None
    mails_are_sent: bool
    is_fresh: bool
    countries: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """A new address, to be confirmed by a button: mail programs follow links, and press none. Without an address the link is no more."""

    template: ClassVar[str] = "settings/confirm_email.html"
    email: str | None
    is_done: bool = False
    problem: str | None = None


def profile_routes(parts: Parts) -> list[Any]:
    """The page, its forms, and the page that a link in a mail opens."""

    @get(PATH)
    async def show(request: AnyRequest) -> Response[Any]:
        return await to_thread(_show, parts, request)

    @post(PATH)
    async def save(request: AnyRequest, data: Form) -> Response[Any]:
        return await to_thread(_save, parts, request, cut(data))

    @post(f"{PATH}/email")
    async def ask(request: AnyRequest, data: Form) -> Response[Any]:
        return await to_thread(_ask, parts, request, cut(data))

    return [show, save, ask, ways_back(PATH, f"{PATH}/email"), *_confirming_routes(parts)]


def _show(parts: Parts, request: AnyRequest) -> Response[Any]:
    caller, said = themself(parts, request), said_at(parts, request)
    address = Typed({}, is_saved=said == "kept")
    page = _page(parts, caller, is_fresh=parts.is_fresh(request), address=address, is_saved=said == "saved")
    return parts.render.page(page, request)


def _save(parts: Parts, request: AnyRequest, told: dict[str, str]) -> Response[Any]:
    caller = themself(parts, request)
    fields = {name: told.get(name, "") for name in ("name", "company", "country", "websites")}

    def set_profile() -> None:
        parts.own_office.set_profile(caller, **fields)

    return saved(
        parts,
        request,
        fields,
        set_profile,
        show=lambda typed: _page(parts, caller, is_fresh=parts.is_fresh(request), typed=typed),
        back=PATH,
        say="saved",
    )


def _ask(parts: Parts, request: AnyRequest, told: dict[str, str]) -> Response[Any]:
    caller = themself(parts, request)
    if told.get("cancel"):
        parts.own_office.forget_email(caller)
        return back_to(parts, PATH, say="kept")
    if not parts.is_fresh(request):
        return Redirect(_AGAIN, status_code=303)

    def ask_for_email() -> None:
        parts.own_office.ask_for_email(caller, told.get("email", ""))

    return saved(parts, request, told, ask_for_email, show=lambda typed: _page(parts, caller, is_fresh=True, address=typed), back=PATH)


def _confirming_routes(parts: Parts) -> list[Any]:
    @get(CONFIRM_PATH + "{token:str}")
    async def look(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
        if said_at(parts, request) == "confirmed":
            return parts.render.page(ConfirmPage(None, is_done=True), request)
        email = await to_thread(parts.own_office.waiting_email, token)
        return parts.render.page(ConfirmPage(email), request, status=200 if email is not None else 404)

    @post(CONFIRM_PATH + "{token:str}")
    async def confirm(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
        try:
            email = await to_thread(parts.own_office.confirm_email, token)
        except ConflictError as error:
            return parts.render.page(ConfirmPage(None, problem=sentence(str(error))), request, status=409)
        if email is None:
            return parts.render.page(ConfirmPage(None), request, status=404)
        return back_to(parts, CONFIRM_PATH + token, say="confirmed")

    return [look, confirm]


def _page(
    parts: Parts, caller: Caller, *, is_fresh: bool, typed: Typed | None = None, address: Typed | None = None, is_saved: bool = False
) -> ProfilePage:
    profile = parts.own.profile(caller)
    about = profile.about
    if typed is None:
        values = {"company": about.company or "", "country": about.country or "", "websites": "\n".join(about.websites)}
        typed = Typed({"name": profile.name, **values}, is_saved=is_saved)
    return ProfilePage(
        frame=settings_frame(parts, caller, LABEL),
        typed=typed,
        address=address or Typed({}),
        email=profile.email,
        waiting=profile.waiting_email,
        mails_are_sent=parts.own_office.mails_are_sent,
        is_fresh=is_fresh,
        countries=choices([("", "–"), *countries()], typed.of("country")),
    )
