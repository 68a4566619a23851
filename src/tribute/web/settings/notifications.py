"""Notifications: which mails an affiliate wants, and the links in those mails that end them with one click and no sign-in (RFC 8058)."""

from asyncio import to_thread
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from litestar import Response, get, post
from litestar.params import FromPath

from tribute.ledger.rules.unsubscribing import PATH as STOP_PATH
from tribute.reports.scope import affiliate_of
from tribute.web.after_forms import back_to, said_at
from tribute.web.parts import AnyRequest, Parts
from tribute.web.settings.forms import Form, Typed, cut, themself
from tribute.web.settings.sections import SettingsFrame, settings_frame

LABEL: Final = "Notifications"
PATH: Final = "/settings/notifications"
_WORDS: Final = {
    "mails_conversions": "about new sales",
    "mails_approvals": "about commissions that become payable",
    "mails_weekly": "with your week in numbers",
}


@dataclass(frozen=True, slots=True)
class NotificationsPage:
    """One switch for each kind of mail."""

    template: ClassVar[str] = "settings/notifications.html"
    frame: SettingsFrame
    typed: Typed
    email: str
    mails_are_sent: bool


@dataclass(frozen=True, slots=True)
class StopPage:
    """What a link in a mail ends, or has ended; without words it is no link of ours. `is_on_again` right after they were asked for."""

    template: ClassVar[str] = "settings/stop_mails.html"
    words: str | None
    is_stopped: bool = False
    is_on_again: bool = False


def notification_routes(parts: Parts) -> list[Any]:
    """The page, its form, and the way out of mails."""

    @get(PATH)
    async def show(request: AnyRequest) -> Response[Any]:
        return await to_thread(_show, parts, request)

    @post(PATH)
    async def save(request: AnyRequest, data: Form) -> Response[Any]:
        return await to_thread(_save, parts, request, cut(data))

    return [show, save, *_stopping_routes(parts)]


def _stopping_routes(parts: Parts) -> list[Any]:
    @get(STOP_PATH + "{token:str}")
    async def look(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
        found = await to_thread(parts.own_office.mails_of, token)
        if found is None:
            return parts.render.page(StopPage(None), request, status=404)
        is_on_again = said_at(parts, request) == "again"
        return parts.render.page(StopPage(_WORDS[found.preference], not found.are_wanted, is_on_again), request)

    # A mail program sends this by itself, without cookies: the link is what proves that it may. It follows no redirect (RFC 8058, 3.1).
    @post(STOP_PATH + "{token:str}", exclude_from_csrf=True)
    async def stop(request: AnyRequest, token: FromPath[str], data: Form) -> Response[Any]:
        is_start = data.get("again") == "yes"
        preference = await to_thread(parts.own_office.stop_mails, token, start=is_start)
        if preference is None:
            return parts.render.page(StopPage(None), request, status=404)
        if "by_hand" in data:
            return back_to(parts, STOP_PATH + token, say="again" if is_start else None)
        return parts.render.page(StopPage(_WORDS[preference], is_stopped=not is_start), request)

    return [look, stop]


def _show(parts: Parts, request: AnyRequest) -> Response[Any]:
    caller = themself(parts, request)
    affiliate_of(caller)
    preferences = parts.own.preferences(caller)
    on = {name: "yes" for name in _WORDS if getattr(preferences, name)}
    page = NotificationsPage(
        frame=settings_frame(parts, caller, LABEL),
        typed=Typed(on, is_saved=said_at(parts, request) == "saved"),
        email=parts.own.profile(caller).email,
        mails_are_sent=parts.own_office.mails_are_sent,
    )
    return parts.render.page(page, request)


def _save(parts: Parts, request: AnyRequest, told: dict[str, str]) -> Response[Any]:
    caller = themself(parts, request)
    affiliate_of(caller)
    parts.own_office.set_mails(
        caller,
        conversions="mails_conversions" in told,
        approvals="mails_approvals" in told,
        weekly="mails_weekly" in told,
    )
    return back_to(parts, PATH, say="saved")
