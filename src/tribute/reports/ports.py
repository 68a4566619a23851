"""What reports need from the ledger and the event store. The composition root wires implementations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tribute.access.caller import Caller
from tribute.analytics.clicks import ClickListQuery, CountedClick
from tribute.analytics.definitions import Grain, Span
from tribute.analytics.port import Identification, LatestEvent, Live, Point, SeriesQuery, UnknownCode
from tribute.analytics.query import AnalyticsQuery
from tribute.analytics.results import AnalyticsResult


class TrafficStore(Protocol):
    """The part of the event store that reports read."""

    def series(self, query: SeriesQuery) -> list[Point]: ...

    def unknown_codes(self, span: Span, limit: int = 100) -> list[UnknownCode]: ...

    def latest_event(self, website_id: str, span: Span) -> LatestEvent | None: ...


class AnalyticsStore(Protocol):
    """The part of the event store that the analytics read."""

    def analytics(self, query: AnalyticsQuery) -> AnalyticsResult: ...

    def identification(self, query: AnalyticsQuery) -> Identification: ...

    def live(self, affiliate_id: str | None, now: datetime) -> Live: ...


class ClickStore(Protocol):
    """The part of the event store that lists clicks."""

    def click_list(self, query: ClickListQuery) -> list[CountedClick]: ...


class Currencies(Protocol):
    """Which currency amounts are shown in where nobody asks for one."""

    def main_of(self, affiliate_id: str | None) -> str:
        """An affiliate's main currency, or for None that of everybody's amounts together: ISO 4217."""
        ...


@dataclass(frozen=True, slots=True)
class CommissionPoint:
    """What one website earned an affiliate in one bucket, less what was reversed in it."""

    website_id: str
    bucket: datetime
    value: float
    """In the currency's main unit."""
    foreign_currency: str | None = None
    """ISO 4217, where it is not the affiliate's main currency."""


class CommissionsReader(Protocol):
    """Reads commissions as a series: by the conversion's time, reversals by theirs, buckets in UTC."""

    def series(self, affiliate_id: str, span: Span, grain: Grain) -> list[CommissionPoint]: ...


@dataclass(frozen=True, slots=True)
class Website:
    """A website as its owner sees it."""

    id: str
    name: str
    domain: str
    write_key: str
    front_url: str
    """Its default page, where links lead that name no other."""
    link_parameters: Sequence[str]
    """In which codes are looked for, the first one first."""
    enabled: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """The person behind a caller. `code` is an affiliate's primary code; an owner has none."""

    name: str
    email: str
    code: str | None


class Roster(Protocol):
    """Websites and people, read from the ledger."""

    def websites(self) -> Sequence[Website]:
        """All websites, by name."""
        ...

    def profile(self, caller: Caller) -> Profile:
        """Who the caller is."""
        ...
