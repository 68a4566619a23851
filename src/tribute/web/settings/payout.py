"""Payout details: where an affiliate is paid. Shown masked, and in full only within minutes of signing in: an open browser tells little."""

from asyncio import to_thread
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from litestar import Response, get, post
from litestar.response import Redirect

from tribute.access.caller import Caller
from tribute.ledger.rules.payout_details import METHODS, Method
from tribute.reports.own import PayoutSeen
from tribute.reports.scope import affiliate_of
from tribute.web.after_forms import back_to, said_at, ways_back
from tribute.web.parts import AnyRequest, Parts
from tribute.web.settings.forms import Choice, Form, Typed, choices, cut, saved, themself
from tribute.web.settings.sections import SettingsFrame, settings_frame

LABEL: Final = "Payout details"
PATH: Final = "/settings/payout"
_AGAIN: Final = "/sign-in?again&next=%2Fsettings%2Fpayout"
_METHOD_WORDS: Final[Mapping[Method, str]] = {
    "iban": "Bank transfer to an IBAN",
    "account": "Bank transfer to an account number",
    "paypal": "PayPal",
    "other": "In another way",
}
_FIELD_WORDS: Final = {
    "iban": "IBAN",
    "account": "Account number",
    "routing": "Routing number, sort code or BIC",
    "paypal": "PayPal address",
    "other": "How",
    "legal_name": "Name of the holder",
    "address": "Address",
    "tax_id": "VAT or tax id",
}


@dataclass(frozen=True, slots=True)
class ShownDetail:
    """One field of what is kept."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class PayoutPage:
    """What is kept, masked or in full, and the form. `masks` stand in the empty fields of the form."""

    template: ClassVar[str] = "settings/payout.html"
    frame: SettingsFrame
    typed: Typed
    is_removed: bool
    method: str | None
    details: Sequence[ShownDetail]
    masks: Mapping[str, str]
    changed_at: datetime | None
    is_full: bool
    is_fresh: bool
    sign_in_again: str
    mails_are_sent: bool
    methods: Sequence[Choice]


def payout_routes(parts: Parts) -> list[Any]:
    """The page, its form, and forgetting everything."""

    @get(PATH)
    async def show(request: AnyRequest) -> Response[Any]:
        return await to_thread(_show, parts, request)

    @post(PATH)
    async def save(request: AnyRequest, data: Form) -> Response[Any]:
        return await to_thread(_save, parts, request, cut(data))

    @post(f"{PATH}/remove")
    async def remove(request: AnyRequest) -> Response[Any]:
        return await to_thread(_remove, parts, request)

    return [show, save, remove, ways_back(PATH, f"{PATH}/remove")]


def _show(parts: Parts, request: AnyRequest) -> Response[Any]:
    caller, is_fresh, told = _affiliate(parts, request), parts.is_fresh(request), request.query_params
    if "full" in told and not is_fresh:
        return Redirect(PATH, status_code=303)
    said = said_at(parts, request)
    return parts.render.page(_page(parts, caller, is_fresh=is_fresh, is_full="full" in told, said=said), request)


def _save(parts: Parts, request: AnyRequest, told: dict[str, str]) -> Response[Any]:
    caller = _affiliate(parts, request)
    if not parts.is_fresh(request):  # who finds a browser open must not lead the money elsewhere
        return Redirect(_AGAIN, status_code=303)

    def set_payout() -> None:
        parts.own_office.set_payout(caller, told)

    return saved(
        parts, request, told, set_payout, show=lambda typed: _page(parts, caller, is_fresh=True, typed=typed), back=PATH, say="saved"
    )


def _remove(parts: Parts, request: AnyRequest) -> Response[Any]:
    caller = _affiliate(parts, request)
    if not parts.is_fresh(request):
        return Redirect(_AGAIN, status_code=303)
    parts.own_office.remove_payout(caller)
    return back_to(parts, PATH, say="removed")


def _affiliate(parts: Parts, request: AnyRequest) -> Caller:
    caller = themself(parts, request)
    affiliate_of(caller)
    return caller


def _page(
    parts: Parts,
    caller: Caller,
    *,
    typed: Typed | None = None,
    is_fresh: bool,
    is_full: bool = False,
    said: str | None = None,
) -> PayoutPage:
    seen = parts.own.payout(caller)
    method = seen.details.method if seen is not None else None
    typed = typed or Typed({"method": method or "iban"}, is_saved=said == "saved")
    masks = seen.details.masked() if seen is not None else {}
    return PayoutPage(
        frame=settings_frame(parts, caller, LABEL),
        typed=typed,
        is_removed=said == "removed",
        method=_METHOD_WORDS[method] if method is not None else None,
        details=_details(seen, masks, is_full=is_full),
        masks=masks,
        changed_at=seen.changed_at if seen is not None else None,
        is_full=is_full,
        is_fresh=is_fresh,
        sign_in_again=_AGAIN,
        mails_are_sent=parts.own_office.mails_are_sent,
        methods=choices([(one, _METHOD_WORDS[one]) for one in METHODS], typed.of("method")),
    )


def _details(seen: PayoutSeen | None, masks: Mapping[str, str], *, is_full: bool) -> list[ShownDetail]:
    if seen is None:
        return []
    told = {name: getattr(seen.details, name) if is_full else mask for name, mask in masks.items()}
    return [ShownDetail(words, _spaced(name, told[name])) for name, words in _FIELD_WORDS.items() if name in told]


def _spaced(name: str, value: str) -> str:
    """An IBAN in fours, as it is printed."""
    if name != "iban" or not value.isalnum():
        return value
    return " ".join(value[place : place + 4] for place in range(0, len(value), 4))
