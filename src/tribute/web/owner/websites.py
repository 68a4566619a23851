"""The console's websites: all of them, and for each how to install it, a light that tells whether its events come, and its settings.

The light is right when the page is loaded, and stays so while it is open, where scripts run.
"""

from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Final

from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath

from tribute.access.caller import Caller
from tribute.analytics.definitions import TimeWindow
from tribute.analytics.port import LatestEvent
from tribute.kit.errors import ConflictError, InvalidInputError, UnavailableError
from tribute.ledger.websites import WebsiteRecord
from tribute.office.websites import WebsiteChange
from tribute.reports.scope import require_team
from tribute.web.after_forms import back_to, said_at
from tribute.web.owner.affiliates import sentence
from tribute.web.parts import AnyRequest, Parts

PATH: Final = "/owner/websites"
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
_DONE: Final = {
    "added": "Added. Its light turns green when the first event arrives.",
    "saved": "Saved. It holds for what comes from now on.",
}
_NOW: Final = timedelta(minutes=5)
"""Events that are no older than this "come now"."""


@dataclass(frozen=True, slots=True)
class Light:
    """Whether events of a website come: `green` once the first is there; what came last, in words."""

    color: str
    told: str
    more: str


@dataclass(frozen=True, slots=True)
class WebsiteRow:
    """A website in the list; page views of the last 30 days, None where numbers are not to be had now."""

    href: str
    name: str
    domain: str
    page_views: int | None
    enabled: bool


@dataclass(frozen=True, slots=True)
class WebsitesPage:
    """The list and the form for a new one."""

    template: ClassVar[str] = "owner/websites.html"
    name: str
    websites: Sequence[WebsiteRow]
    typed: dict[str, str]
    problem: str | None
    may_change: bool


@dataclass(frozen=True, slots=True)
class WebsitePage:
    """One website: how to install it, its light, its settings as they stand or were typed."""

    template: ClassVar[str] = "owner/website.html"
    name: str
    site: WebsiteRecord
    href: str
    light: Light
    public_url: str
    parameters: str
    typed: dict[str, str]
    problem: str | None
    done: str | None
    may_change: bool


def website_routes(parts: Parts) -> list[Any]:
    """The pages under /owner/websites. Viewers only look; an affiliate gets 403."""
    return [*_list_routes(parts), *_site_routes(parts)]


def _list_routes(parts: Parts) -> list[Any]:
    @get(PATH)
    async def websites(request: AnyRequest) -> Response[Any]:
        return await to_thread(_show_all, parts, request)

    @post(PATH)
    async def add(request: AnyRequest, data: Form) -> Response[Any]:
        return await to_thread(_add, parts, request, data)

    return [websites, add]


def _site_routes(parts: Parts) -> list[Any]:
    @get(f"{PATH}/{{website_id:str}}")
    async def look(request: AnyRequest, website_id: FromPath[str]) -> Response[Any]:
        return await to_thread(_show, parts, request, website_id)

    @post(f"{PATH}/{{website_id:str}}")
    async def change(request: AnyRequest, website_id: FromPath[str], data: Form) -> Response[Any]:
        return await to_thread(_change, parts, request, website_id, data)

    @get(f"{PATH}/{{website_id:str}}/light", sync_to_thread=True)
    def light(request: AnyRequest, website_id: FromPath[str]) -> Response[Any]:
        caller = parts.caller(request)
        seen = _light(parts, caller, parts.ledger.websites.website(caller, website_id).id)
        return Response({"light": seen.color, "told": seen.told, "more": seen.more})

    return [look, change, light]


def _show_all(
    parts: Parts, request: AnyRequest, *, typed: dict[str, str] | None = None, problem: str | None = None, status: int = 200
) -> Response[Any]:
    caller = parts.caller(request)
    require_team(caller)
    try:
        views = {row.website_id: row.page_views for row in parts.traffic.website_overview(caller, TimeWindow.LAST_30_DAYS)}
    except UnavailableError:
        views = {}
    rows = [
        WebsiteRow(f"{PATH}/{one.id}", one.name, one.domain, views.get(one.id), one.enabled) for one in parts.ledger.websites.all(caller)
    ]
    page = WebsitesPage(parts.accounts.profile(caller).name, rows, typed or {}, problem, caller.may_change)
    return parts.render.page(page, request, status=status)


def _add(parts: Parts, request: AnyRequest, told: dict[str, str]) -> Response[Any]:
    caller = parts.caller(request)
    try:
        made = parts.office.websites.add(caller, told.get("name", ""), told.get("domain", ""))
    except (InvalidInputError, ConflictError) as error:
        return _show_all(parts, request, typed=told, problem=f"Nothing was added. {sentence(error)}", status=422)
    return back_to(parts, f"{PATH}/{made.id}", say="added")


def _show(
    parts: Parts,
    request: AnyRequest,
    website_id: str,
    *,
    typed: dict[str, str] | None = None,
    problem: str | None = None,
    status: int = 200,
) -> Response[Any]:
    caller = parts.caller(request)
    site = parts.ledger.websites.website(caller, website_id)
    page = WebsitePage(
        name=parts.accounts.profile(caller).name,
        site=site,
        href=f"{PATH}/{site.id}",
        light=_light(parts, caller, site.id),
        public_url=parts.public_url.rstrip("/"),
        parameters=", ".join(site.link_parameters),
        typed=typed or {},
        problem=problem,
        done=_DONE.get(said_at(parts, request) or ""),
        may_change=caller.may_change,
    )
    return parts.render.page(page, request, status=status)


def _change(parts: Parts, request: AnyRequest, website_id: str, told: dict[str, str]) -> Response[Any]:
    caller = parts.caller(request)
    try:
        wanted = WebsiteChange(
            name=told.get("name", ""),
            domain=told.get("domain", ""),
            link_parameters=told.get("parameters", "").replace(",", " ").split(),
            window_days=_days(told.get("window_days", "")),
            consent_required=told.get("consent_required") == "yes",
            default_url=told.get("default_url", ""),
        )
        parts.office.websites.change(caller, website_id, wanted)
    except (InvalidInputError, ConflictError) as error:
        return _show(parts, request, website_id, typed=told, problem=f"Nothing was changed. {sentence(error)}", status=422)
    return back_to(parts, f"{PATH}/{website_id}", say="saved")


def _days(told: str) -> int:
    try:
        return int(told[:10])
    except ValueError:
        raise InvalidInputError("window_days", "give a whole number of days") from None


def _light(parts: Parts, caller: Caller, website_id: str) -> Light:
    try:
        latest = parts.traffic.latest_event(caller, website_id)
    except UnavailableError:
        return Light("unknown", "Nobody can tell right now", "The numbers are not to be had at the moment; events go on being taken.")
    if latest is None:
        return Light("grey", "No event yet", "Open a page of the website with the tag on it: the light turns green within a second or two.")
    now = parts.clock.now()
    words = "Events come" if now - latest.received_at <= _NOW else "Events have come"
    return Light("green", words, f"The last one {ago(latest.received_at, now)}: {_what(latest)}")


def _what(latest: LatestEvent) -> str:
    """What the event was, and whether it counts."""
    where = f"{latest.host or ''}{latest.path or ''}"
    what = "a page view" if latest.type == "page" else f"“{latest.name}”" if latest.name else "an event"
    counts = ", which counts nowhere: it is a program's or your own" if latest.bot is not None else ""
    return f"{what}{f' of {where}' if where else ''}{counts}."


def ago(at: datetime, now: datetime) -> str:
    """How long ago, roughly: `12 seconds ago`, `3 hours ago`."""
    seconds = max(0, int((now - at).total_seconds()))
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now" if seconds < 2 else f"{seconds} seconds ago"
