"""Traffic as a caller may see it: an affiliate's own series, the team's totals. Used by GraphQL and the pages.

Every read begins with the Caller; no argument can widen what it reaches.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from tribute.access.caller import Caller
from tribute.analytics.definitions import Grain, Metric, TimeWindow
from tribute.analytics.port import LatestEvent, Point, SeriesQuery, UnknownCode
from tribute.kit.clock import Clock, iso_seconds
from tribute.reports.ports import CommissionPoint, CommissionsReader, TrafficStore
from tribute.reports.scope import affiliate_of, require_team


@dataclass(frozen=True, slots=True)
class DataPoint:
    """One bucket of one series, as the given GraphQL type has it."""

    series: str
    timestamp: str
    """ISO 8601 in UTC, whole seconds: the bucket's start."""
    value: float


@dataclass(frozen=True, slots=True)
class WebsiteTraffic:
    """A website's page views in a window, whoever brought them."""

    website_id: str
    name: str
    page_views: int


class Traffic:
    """Reads the event store and the commissions within the caller's scope. Safe to use from several threads."""

    def __init__(
        self,
        *,
        store: TrafficStore,
        websites: Callable[[], Mapping[str, str]],
        commissions: CommissionsReader,
        watermark: Callable[[], datetime],
        clock: Clock,
    ) -> None:
        self._store = store
        self._websites = websites
        self._commissions = commissions
        self._watermark = watermark
        self._clock = clock

    def data_as_of(self) -> datetime:
        """Every event received up to this instant is in the numbers."""
        return self._watermark()

    def analytics_data(self, caller: Caller, metric: Metric, window: TimeWindow) -> list[DataPoint]:
        """The calling affiliate's points, ordered by timestamp, then series; buckets without data are left out.

        Raises NotAllowedError for the team, who have no series of their own.
        """
        affiliate_id = affiliate_of(caller)
        span = window.until(self._clock.now())
        if metric is Metric.COMMISSIONS:
            return self._commission_points(self._commissions.series(affiliate_id, span, window.grain))
        points = self._store.series(SeriesQuery(metric, span, window.grain, affiliate_id=affiliate_id))
        return self._traffic_points(points)

    def beginnings(self, caller: Caller) -> dict[str, str]:
        """When each website's traffic of the calling affiliate began: the first UTC day with page views in the last year, by website name.

        A chart draws nothing before it and zero after it.
        """
        span = TimeWindow.LAST_365_DAYS.until(self._clock.now())
        points = self._store.series(SeriesQuery(Metric.PAGE_VIEWS, span, Grain.DAY, affiliate_id=affiliate_of(caller)))
        first: dict[str, datetime] = {}
        for point in points:  # in the buckets' order
            first.setdefault(point.website_id, point.bucket)
        names = self._websites()
        return {names.get(website_id, website_id): iso_seconds(bucket) for website_id, bucket in first.items()}

    def website_overview(self, caller: Caller, window: TimeWindow) -> list[WebsiteTraffic]:
        """Every website with its page views in the window, most first; the team's."""
        require_team(caller)
        totals: defaultdict[str, int] = defaultdict(int)
        for point in self._store.series(SeriesQuery(Metric.PAGE_VIEWS, window.until(self._clock.now()), window.grain)):
            totals[point.website_id] += point.value
        rows = [WebsiteTraffic(website_id, name, totals[website_id]) for website_id, name in self._websites().items()]
        return sorted(rows, key=lambda row: (-row.page_views, row.name))

    def latest_event(self, caller: Caller, website_id: str) -> LatestEvent | None:
        """What came last from a website in the last 30 days, counted or not; the team's."""
        require_team(caller)
        return self._store.latest_event(website_id, TimeWindow.LAST_30_DAYS.until(self._clock.now()))

    def unknown_codes(self, caller: Caller, window: TimeWindow) -> list[UnknownCode]:
        """Codes that page views carried and no affiliate has, most page views first; the team's."""
        require_team(caller)
        return self._store.unknown_codes(window.until(self._clock.now()))

    def _traffic_points(self, points: Iterable[Point]) -> list[DataPoint]:
        names = self._websites()
        stamp = cache(iso_seconds)  # websites share their buckets
        return _ordered(
            DataPoint(names.get(point.website_id, point.website_id), stamp(point.bucket), float(point.value)) for point in points
        )

    def _commission_points(self, points: Iterable[CommissionPoint]) -> list[DataPoint]:
        names = self._websites()
        return _ordered(
            DataPoint(
                names.get(point.website_id, point.website_id) + (f" ({point.foreign_currency})" if point.foreign_currency else ""),
                iso_seconds(point.bucket),
                point.value,
            )
            for point in points
        )


def _ordered(points: Iterable[DataPoint]) -> list[DataPoint]:
    return sorted(points, key=lambda point: (point.timestamp, point.series))
