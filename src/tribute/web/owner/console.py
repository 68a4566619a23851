"""The console's first page: the owner's websites with their traffic and write keys, how to send events, and codes that nobody has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from litestar import Response, get

from tribute.access.caller import Caller
from tribute.analytics.definitions import TimeWindow
from tribute.analytics.port import UnknownCode
from tribute.events.own_visits import OWN_VISIT_FRAGMENT
from tribute.reports.ports import Website
from tribute.reports.scope import require_team
from tribute.web.parts import AnyRequest, Parts
from tribute.web.windows import DEFAULT_WINDOW, WINDOW_WORDS, WindowLink, chosen, window_links


@dataclass(frozen=True, slots=True)
class WebsiteRow:
    """A website, its page views in the window, and its part of the most visited one's for the bar behind the number."""

    name: str
    domain: str
    write_key: str
    page_views: int
    of_largest: float
    """Percent."""
    uncounted_url: str
    """Its page that marks the browser as the owner's own, whose visits do not count."""
    counted_url: str
    """Its page that takes the mark away."""


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """Everything the console's first page shows."""

    template: ClassVar[str] = "owner/console.html"
    name: str
    window_words: str
    windows: Sequence[WindowLink]
    websites: Sequence[WebsiteRow]
    page_views: int
    unknown_codes: Sequence[UnknownCode]
    as_of: datetime
    public_url: str


def console_routes(parts: Parts) -> list[Any]:
    """The owner's home. An affiliate gets 403."""

    @get("/owner", sync_to_thread=True)
    def console(request: AnyRequest) -> Response[Any]:
        caller = parts.caller(request)
        require_team(caller)
        return parts.render.page(_page(parts, caller, chosen(request.query_params.get("window"), DEFAULT_WINDOW)), request)

    return [console]


def _page(parts: Parts, caller: Caller, window: TimeWindow) -> ConsolePage:
    as_of = parts.traffic.data_as_of()
    rows = _website_rows(parts, caller, window)
    return ConsolePage(
        name=parts.accounts.profile(caller).name,
        window_words=WINDOW_WORDS[window][1],
        windows=window_links("/owner", window),
        websites=rows,
        page_views=sum(row.page_views for row in rows),
        unknown_codes=parts.traffic.unknown_codes(caller, window),
        as_of=as_of,
        public_url=parts.public_url.rstrip("/"),
    )


def _website_rows(parts: Parts, caller: Caller, window: TimeWindow) -> list[WebsiteRow]:
    traffic = {row.website_id: row.page_views for row in parts.traffic.website_overview(caller, window)}
    largest = max(traffic.values(), default=0) or 1
    rows = [_row(parts, site, traffic.get(site.id, 0), largest) for site in parts.accounts.websites(caller)]
    return sorted(rows, key=lambda row: (-row.page_views, row.name))


def _row(parts: Parts, site: Website, page_views: int, largest: int) -> WebsiteRow:
    mark_here = f"{site.front_url.partition('#')[0]}#{OWN_VISIT_FRAGMENT}="
    return WebsiteRow(
        name=site.name,
        domain=site.domain,
        write_key=site.write_key,
        page_views=page_views,
        of_largest=round(100 * page_views / largest, 2),
        uncounted_url=mark_here + parts.own_visits.mark(site.id, parts.clock.now().date()),
        counted_url=mark_here + "off",
    )
