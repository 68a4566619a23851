"""The event store in one DuckDB file: the port's methods, each a transaction or a read of what was committed.

Invariant: one writer at a time, under a lock; each reader has a cursor of its own. Built by `app`; used through `analytics.port`.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import duckdb
import structlog

from tribute.analytics.clicks import Click, ClickListQuery, ClicksAsked, CountedClick, MoneyFact, OrderAsked, OrderHintSeen
from tribute.analytics.definitions import Grain, Span, bucket_start
from tribute.analytics.port import (
    UTC_ZONE,
    Batch,
    CodeRegistration,
    Directory,
    Identification,
    LatestEvent,
    Live,
    Loaded,
    Point,
    Progress,
    RebuildableStore,
    SeriesQuery,
    SqlLimits,
    SqlResult,
    StoreBusyError,
    UnknownCode,
)
from tribute.analytics.query import AnalyticsQuery
from tribute.analytics.results import AnalyticsResult
from tribute.analytics.timestream.result import TimestreamQuery, TimestreamResult
from tribute.events.rows import latest_time
from tribute.kit.clock import Clock
from tribute.store.duckdb import (
    aggregates,
    analytics,
    attribution,
    changed,
    click_list,
    clicks,
    codes,
    console,
    latest,
    loading,
    money,
    orders,
    timestream,
    visitors,
)
from tribute.store.duckdb.database import REBUILD_SUFFIX, Database, damaged, log_of, remove, sync_folder
from tribute.store.duckdb.gate import Gate
from tribute.store.duckdb.kept import KeptSums
from tribute.store.duckdb.remembered import RememberedAnswers

Result = TypeVar("Result")
_log = structlog.get_logger(__name__)

_GIVEN_UP = (duckdb.FatalException, duckdb.ConnectionException)
"""DuckDB answers nothing any more on this file until it is opened again."""
_MACHINE_FAILURES = (*_GIVEN_UP, duckdb.IOException, duckdb.TransactionException, duckdb.OutOfMemoryException)


class DuckDBEventStore:
    """A `RebuildableStore`. Safe from several threads; owned by one process."""

    def __init__(self, path: Path, *, clock: Clock, memory_limit_mb: int = 256, threads: int = 2) -> None:
        """Open the file at `path`, or make an empty store there; what an interrupted rebuild left is removed.

        Raises StoreBusyError when another process owns the file or it cannot be written, StoreDamagedError when it is unreadable or
        of another version: the caller decides to move it aside.
        """
        self._path = path.absolute()
        self._clock = clock
        self._memory_limit_mb = memory_limit_mb
        self._threads = threads
        self._gate = Gate()
        self._writing = threading.Lock()
        self._deadlines: set[console.Deadline] = set()
        self._closed = False
        self._broken = False  # the file has to be opened again before anything can be asked
        self._open()
        remove(self._beside)

    def _open(self) -> None:
        self._broken = True
        self._database = Database(self._path, self._memory_limit_mb, self._threads)
        self._take_writer()
        self._kept = KeptSums(aggregates.latest(self._writer))
        self._remembered = RememberedAnswers()
        self._sealed_through = datetime.min.replace(tzinfo=UTC)
        self._broken = False

    def _take_writer(self) -> None:
        self._writer = self._database.cursor()
        aggregates.prepare(self._writer)
        clicks.prepare(self._writer)
        changed.prepare(self._writer)

    @property
    def path(self) -> Path:
        return self._path

    @property
    def _is_usable(self) -> bool:
        return not (self._broken or self._gate.closed)

    @property
    def _beside(self) -> Path:
        return self._path.with_name(self._path.name + REBUILD_SUFFIX)

    def load(self, batch: Batch) -> Loaded:
        def work(connection: duckdb.DuckDBPyConnection) -> Loaded:
            if batch.events:  # in here: what is kept is made anew where the file has to be opened again first
                self._kept.note_latest(latest_time(batch.events))
            return loading.load(connection, batch, self._clock.now())

        loaded = self._write(work)
        if batch.defer_aggregates:
            self._forget()
        else:
            self._seal_what_is_due()
        return loaded

    def register_codes(self, registrations: Iterable[CodeRegistration]) -> int:
        return self._write(lambda connection: codes.register_codes(connection, registrations))

    def register_directory(self, directory: Directory) -> None:
        self._write(lambda connection: codes.register_directory(connection, directory))

    def refresh_aggregates(self) -> None:
        self._write(loading.recompute_all)
        self._forget()

    def progress(self) -> Mapping[str, Progress]:
        with self._reader() as connection:
            return loading.stored_progress(connection)

    def series(self, query: SeriesQuery) -> list[Point]:
        answer = self._kept.answer(query) if self._is_usable else None
        if answer is None:
            with self._reader() as connection:
                answer = self._kept.read(connection, query)
        return answer

    def analytics(self, query: AnalyticsQuery) -> AnalyticsResult:
        answer = self._remembered.answer(query) if self._is_usable else None
        if answer is None:
            with self._reader() as connection:
                answer = self._remembered.read(connection, query)
        return answer

    def identification(self, query: AnalyticsQuery) -> Identification:
        with self._reader() as connection:
            return analytics.identification(connection, query)

    def live(self, affiliate_id: str | None, now: datetime) -> Live:
        with self._reader() as connection:
            return analytics.live(connection, affiliate_id, now)

    def unknown_codes(self, span: Span, limit: int = 100) -> list[UnknownCode]:
        with self._reader() as connection:
            return codes.unknown_codes(connection, span, limit)

    def latest_event(self, website_id: str, span: Span) -> LatestEvent | None:
        with self._reader() as connection:
            return latest.latest_event(connection, website_id, span)

    def clicks_for(self, asked: Sequence[ClicksAsked]) -> list[list[Click]]:
        with self._reader() as connection:
            return attribution.clicks_for(connection, asked)

    def click_list(self, query: ClickListQuery) -> list[CountedClick]:
        with self._reader() as connection:
            return click_list.click_list(connection, query)

    def order_hints(self, span: Span, limit: int, website_ids: Sequence[str] | None = None) -> list[OrderHintSeen]:
        with self._reader() as connection:
            return orders.order_hints(connection, span, limit, website_ids)

    def visitors_of_orders(self, asked: Sequence[OrderAsked]) -> list[str | None]:
        with self._reader() as connection:
            return orders.visitors_of_orders(connection, asked)

    def tell_money(self, facts: Mapping[str, Sequence[MoneyFact]]) -> None:
        self._write(lambda connection: money.tell(connection, facts))

    def has_money(self) -> bool:
        with self._reader() as connection:
            return money.is_complete(connection)

    def mark_money_complete(self) -> None:
        self._write(lambda connection: money.mark_complete(connection, self._clock.now()))

    def forget_money(self) -> None:
        self._write(money.forget)

    def counts(self) -> Mapping[str, int]:
        with self._reader() as connection:
            return loading.counts(connection)

    def newest_receipt(self) -> datetime | None:
        with self._reader() as connection:
            return loading.newest_receipt(connection)

    def sql(self, statement: str, limits: SqlLimits) -> SqlResult:
        with self._persons_sql(limits.seconds) as (connection, deadline):
            return console.run(connection, statement, limits, deadline)

    def timestream(self, query: TimestreamQuery) -> TimestreamResult:
        translation = timestream.translated(query.statement, query.affiliate_id)
        with self._persons_sql(query.limits.seconds) as (connection, deadline):
            return timestream.run(connection, query, translation, deadline)

    def checkpoint(self) -> None:
        with self._writing, self._failures():
            self._if_open()
            self._mend()
            self._database.checkpoint()
            with self._gate.shut_if_empty() as nobody_asks:
                if nobody_asks:
                    self._database.give_back_memory()

    def close(self) -> None:
        """End people's SQL that is under way, wait for the rest, and let go of the file. Closing twice is no error."""
        if not self._gate.close():
            return
        for deadline in self._deadlines.copy():
            deadline.cut()
        self._gate.wait_until_empty()
        with self._writing:
            self._closed = True
            self._writer.close()
            self._database.close()

    def new_beside(self) -> "DuckDBEventStore":
        remove(self._beside)
        return DuckDBEventStore(self._beside, clock=self._clock, memory_limit_mb=self._memory_limit_mb, threads=self._threads)

    def replace_with(self, other: RebuildableStore) -> None:
        """Answer from `other`'s content. A crash at any moment leaves the old or the new under the store's name, never a mixture."""
        if other.path != self._beside or not isinstance(other, DuckDBEventStore):
            raise ValueError("only a store from new_beside() can take this one's place")
        other.checkpoint()
        with self._writing:
            self._if_open()
            self._mend()
            other.take_money_of(self._writer)
            other.close()
            with self._gate.shut():
                self._exchange()

    def take_money_of(self, old: duckdb.DuckDBPyConnection) -> None:
        """Take over what the ledger told the store whose place this one takes; nobody may tell that one more meanwhile."""
        self._write(lambda connection: money.hand_over(old, connection))
        self.checkpoint()

    def _exchange(self) -> None:
        """Put the closed file beside in the place of the open one, which is folded and closed first, so that its log cannot outlive it."""
        with self._failures():
            self._database.checkpoint()
        self._writer.close()
        self._database.close()
        try:
            log_of(self._path).unlink(missing_ok=True)
            self._beside.replace(self._path)
            sync_folder(self._path.parent)
        finally:
            self._open()

    def _write(self, work: Callable[[duckdb.DuckDBPyConnection], Result]) -> Result:
        """Do some work in one transaction; whatever goes wrong, nothing of it remains and the next call finds a usable store."""
        with self._writing, self._failures():
            self._if_open()
            self._mend()
            try:
                self._writer.execute("BEGIN")
                result = work(self._writer)
                visitors.note(self._writer)
                affected = self._remembered.changed(self._writer)
                changes = self._kept.changes(self._writer)
                self._writer.execute("COMMIT")
            except BaseException:
                self._forget()
                self._renew_writer()
                raise
            try:
                self._kept.settle(changes)
                self._remembered.settle(affected)
            except BaseException:
                self._forget()
                raise
            return result

    def _forget(self) -> None:
        """Answer nothing from memory that was not read after this."""
        self._kept.forget()
        self._remembered.forget()

    def _seal_what_is_due(self) -> None:
        """After a UTC midnight, with each load some of the affiliates, until all are sealed. A load never fails of it."""
        midnight = bucket_start(self._kept.latest, Grain.DAY, UTC_ZONE)
        if midnight <= self._sealed_through:
            return
        try:
            done = self._write(lambda connection: visitors.seal_some(connection, midnight))
        except Exception as error:  # noqa: BLE001  the load stands: until the next midnight the events are read instead
            _log.warning("visitors_not_sealed", reason=type(error).__name__)
            done = True
        if done:
            self._sealed_through = midnight

    def _renew_writer(self) -> None:
        """Throw the writer's connection away in whatever state, and its transaction."""
        self._writer.close()
        try:
            self._take_writer()
        except duckdb.Error:
            self._broken = True

    def _mend(self) -> None:
        """Open the file again where DuckDB gave it up or an earlier attempt failed. Call with `_writing` held.

        Raises StoreBusyError or StoreDamagedError; then the next call tries again.
        """
        if self._broken:
            with self._gate.shut():
                self._writer.close()
                self._database.close()
                self._open()

    @contextmanager
    def _reader(self, *, long: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for one question, which sees what was committed when it began."""
        if self._broken:
            with self._writing, self._failures():
                self._if_open()
                self._mend()
        with self._gate.reader(long=long), self._failures(), closing(self._database.cursor()) as connection:
            yield connection

    @contextmanager
    def _persons_sql(self, seconds: float) -> Iterator[tuple[duckdb.DuckDBPyConnection, console.Deadline]]:
        """A cursor for SQL that a person wrote, and the deadline that ends it; closing the store ends it too."""
        with self._reader(long=True) as connection:
            deadline = console.Deadline(connection, seconds)
            self._deadlines.add(deadline)
            try:
                if self._gate.closed:
                    deadline.cut()
                yield connection, deadline
            finally:
                self._deadlines.discard(deadline)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Say it in a sentence when the machine, not the question, is the matter."""
        try:
            yield
        except duckdb.Error as error:
            self._broken = self._broken or isinstance(error, _GIVEN_UP)
            if "orrupt" in str(error):
                raise damaged(self._path) from error
            if not isinstance(error, _MACHINE_FAILURES):
                raise
            raise StoreBusyError(
                f"The store {self._path} cannot be read or written now; check the disk and the memory of this machine."
            ) from error

    def _if_open(self) -> None:
        if self._closed:
            raise StoreBusyError("The store is closed because Tribute is stopping.")
