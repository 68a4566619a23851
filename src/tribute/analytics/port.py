"""The event store's port: load events exactly once, answer questions about them, keep the manifest.

Every engine passes `tests/contract/test_event_store.py`, and identical questions get identical answers from each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from tribute.analytics.clicks import Click, ClickListQuery, ClicksAsked, CountedClick, MoneyFact, OrderAsked, OrderHintSeen
from tribute.analytics.definitions import Grain, Metric, Span
from tribute.analytics.query import AnalyticsQuery
from tribute.analytics.results import AnalyticsResult
from tribute.analytics.timestream.result import TimestreamQuery, TimestreamResult
from tribute.events.derived import DerivedEvent
from tribute.kit.errors import InvalidInputError, UnavailableError

UTC_ZONE = ZoneInfo("UTC")


class StoreBusyError(UnavailableError):
    """The store is owned by another process, or cannot be opened or written now."""


class StoreDamagedError(UnavailableError):
    """The store's file is unreadable; `tribute rebuild` makes it anew from the objects."""


class StoreOutdatedError(StoreDamagedError):
    """The store's file is of an earlier version; all but the progress of imports can be made anew from the objects and the ledger."""


class QueryRefusedError(InvalidInputError):
    """SQL that is not allowed, wrong, too slow or too large. `problem` is for the person who wrote it."""

    def __init__(self, problem: str) -> None:
        super().__init__("sql", problem)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a source has been loaded. A source is a spool segment, known by its key, or a foreign object, known by place and etag.

    The object that a segment became has the segment's key in its name, so that it is one source with it.
    """

    source: str
    through_seq: int
    """Every record of the source up to this sequence is loaded (or in quarantine)."""
    complete: bool
    """The whole source is loaded; nothing of it is ever read again, but by a rebuild."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction brings into the store: events, and how far their sources have come with them."""

    events: Sequence[DerivedEvent]
    progress: Sequence[Progress]
    defer_aggregates: bool = False
    """Leave the aggregates to a later `refresh_aggregates` (rebuilds); the store must not be asked for numbers until then."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load changed."""

    events: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class CodeRegistration:
    """A code, in lower case, or an affiliate's own id, and whose it has been since when. A code never changes hands."""

    code: str
    affiliate_id: str
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class Directory:
    """The ledger's names for the store's views: SQL shows website names and the affiliates' primary codes, not ids."""

    websites: Mapping[str, str] = field(default_factory=dict)
    """Website id to unique name."""
    affiliates: Mapping[str, str] = field(default_factory=dict)
    """Affiliate id to current primary code."""


@dataclass(frozen=True, slots=True)
class SeriesQuery:
    """One metric over time, a series a website. `affiliate_id` None means all events, with or without an affiliate."""

    metric: Metric
    span: Span
    grain: Grain
    zone: ZoneInfo = UTC_ZONE
    affiliate_id: str | None = None
    website_ids: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A bucket of a series; `bucket` is where it starts in the query's zone, as an instant in UTC, even where the span cuts it."""

    website_id: str
    bucket: datetime
    value: int


@dataclass(frozen=True, slots=True)
class Identification:
    """How visitors were known in a period, among the page views that count."""

    page_views: int
    without_identifier: int
    """Page views of nobody: with Global Privacy Control or without consent nothing is stored and no visitor is counted."""
    visitors: int
    cookieless: int
    """Those of the visitors with an id of one day: who came on two days is two of them, so they are the sum of their days."""


LIVE_SPAN = timedelta(minutes=5)
LIVE_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Live:
    """What happens now, by the events' own times."""

    visitors: int
    """Distinct visitors of the last five minutes."""
    page_views: int
    """Page views of the last five minutes."""
    minutes: Sequence[int]
    """Page views in each of the last 30 minutes, oldest first; the last one ends now."""


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """A code seen on page views that no affiliate has (or had at that time)."""

    code: str
    page_views: int
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class LatestEvent:
    """What came last from a website; `bot` is why it counts nowhere, where it does not."""

    received_at: datetime
    type: str
    name: str | None
    host: str | None
    path: str | None
    bot: str | None


@dataclass(frozen=True, slots=True)
class SqlLimits:
    rows: int = 10_000
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class SqlResult:
    """Rows of a query; values are str, int, float, bool, Decimal, aware datetime, date or None. `truncated` when the row limit cut it."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    truncated: bool


class EventStore(Protocol):
    """Safe to use from several threads: one of them loads, others read what was committed."""

    def load(self, batch: Batch) -> Loaded:
        """Bring events in, in one transaction with their progress. Repeating a batch changes nothing.

        Of the copies of one event (same `event_key`) the one with the least (received_at, spool, seq) counts, in whatever order they come;
        a copy received more than LATE_COPY_LIMIT after the one that counts is a new event.
        """
        ...

    def progress(self) -> Mapping[str, Progress]:
        """How far each source has come, by source."""
        ...

    def register_codes(self, codes: Iterable[CodeRegistration]) -> int:
        """Tell the store all registrations of codes; events accepted since one that it had not known are given to their affiliate.

        Returns how many events changed hands. Idempotent. `load` resolves `affiliate_ref` with what was last told here.
        """
        ...

    def register_directory(self, directory: Directory) -> None:
        """Tell the names that SQL shows."""
        ...

    def series(self, query: SeriesQuery) -> list[Point]:
        """Points with data, ordered by bucket, then website id. PageViews and Visitors only; both ends of the span are included."""
        ...

    def analytics(self, query: AnalyticsQuery) -> AnalyticsResult:
        """Answer a query from what is committed at one moment. Every number is what a recount gives, totals and others included."""
        ...

    def identification(self, query: AnalyticsQuery) -> Identification:
        """How the visitors behind a query's totals were known; its metrics, buckets and rows do not matter."""
        ...

    def live(self, affiliate_id: str | None, now: datetime) -> Live:
        """What happens now, of one affiliate's events or, for None, of all."""
        ...

    def unknown_codes(self, span: Span, limit: int = 100) -> list[UnknownCode]:
        """Codes without an affiliate, most page views first."""
        ...

    def latest_event(self, website_id: str, span: Span) -> LatestEvent | None:
        """The event of a website that was received last within a span, counted or not."""
        ...

    def clicks_for(self, asked: Sequence[ClicksAsked]) -> list[list[Click]]:
        """For each question the visitor's clicks and the click it names, ordered by (time, click id).

        A click is a visitor's when any admitted event of theirs that is no bot's carries its id: the landing tells whose a redirect was.
        Clicks with a code that was nobody's are among them. Cookieless visitors have none.
        """
        ...

    def click_list(self, query: ClickListQuery) -> list[CountedClick]:
        """The clicks that count, the latest first: those that the metric counts in the same scope, each once."""
        ...

    def order_hints(self, span: Span, limit: int, website_ids: Sequence[str] | None = None) -> list[OrderHintSeen]:
        """What events that count told of orders, newest first by event time; both ends of the span are included."""
        ...

    def visitors_of_orders(self, asked: Sequence[OrderAsked]) -> list[str | None]:
        """For each order the visitor who completed it: of the first admitted event (see ClicksAsked) that tells of it and of a visitor.

        None where no such event is known; never a cookieless id.
        """
        ...

    def tell_money(self, facts: Mapping[str, Sequence[MoneyFact]]) -> None:
        """Put facts in the place of all facts of each conversion id, in one transaction; an empty sequence removes them. Idempotent."""
        ...

    def has_money(self) -> bool:
        """Whether the facts of all conversions were told since this store was made. While they were not, every one has to be told.

        The way for a feeder that may crash anywhere: without the mark, tell all conversions and then `mark_money_complete`; with it,
        read ids from the outbox, tell those conversions as they are now, then delete the rows that were read. A rebuild keeps the facts
        and the mark; a store made anew has neither.
        """
        ...

    def mark_money_complete(self) -> None:
        """Note that all conversions were told; from now on those that change are."""
        ...

    def forget_money(self) -> None:
        """Remove all facts and the mark: for a ledger that was put back to an earlier state."""
        ...

    def sql(self, statement: str, limits: SqlLimits) -> SqlResult:
        """Run one read-only SELECT of the owner's over the published views. Raises QueryRefusedError."""
        ...

    def timestream(self, query: TimestreamQuery) -> TimestreamResult:
        """Run one SELECT of Timestream's dialect over the page views that count, within the query's scope. Raises TimestreamQueryError."""
        ...

    def refresh_aggregates(self) -> None:
        """Compute all aggregates anew from the events."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Figures for doctor, metrics and rebuild reports: `events`, `duplicates`, `page_views`, `bots`, `without_affiliate`."""
        ...

    def newest_receipt(self) -> datetime | None:
        """When the last of the store's events was received; None for an empty store."""
        ...

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file and give back the memory that loads took; called by the loader when it is quiet."""
        ...

    def close(self) -> None: ...


class RebuildableStore(EventStore, Protocol):
    """A store that can be built anew beside itself while it answers, and swapped in one step."""

    def new_beside(self) -> "RebuildableStore":
        """An empty store next to this one; what an earlier, interrupted rebuild left is removed."""
        ...

    def replace_with(self, other: "RebuildableStore") -> None:
        """Answer from `other`'s content from now on; the old content is deleted. Queries under way end on the old one."""
        ...

    @property
    def path(self) -> Path: ...
