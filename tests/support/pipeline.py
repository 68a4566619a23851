"""The way of the data on one machine, from the spool to the store, from real parts in one folder; only the ledger is told by the test."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.support import spools
from tests.support.crashes import Steps
from tests.support.event_stores import open_duckdb
from tests.support.records import RECEIVED_AT, WEBSITE
from tribute.analytics.definitions import Grain, Metric, Span
from tribute.analytics.port import CodeRegistration, Directory, Point, RebuildableStore, SeriesQuery, SqlLimits
from tribute.delivery.delivery import Delivery
from tribute.events.derive import WebsiteRules
from tribute.kit.clock import FixedClock
from tribute.kit.errors import UnavailableError
from tribute.loader.ledger_view import LedgerView
from tribute.loader.loader import Loader
from tribute.loader.rebuild import RebuildReport, rebuild
from tribute.objects.folder import FolderObjectStore
from tribute.objects.quarantine import Quarantine

ADA = CodeRegistration("ada", "aff_00000000000000000ada", RECEIVED_AT - timedelta(days=30))
SPAN = Span(RECEIVED_AT - timedelta(days=30), RECEIVED_AT + timedelta(days=30))


class ToldLedger:
    """A ledger that says what the test tells it. Each reader hears everything at its first call."""

    def __init__(self, *codes: CodeRegistration) -> None:
        self.rules = {WEBSITE: WebsiteRules(domain="course.example")}
        self.codes = list(codes)
        self.is_away = False

    def reader(self) -> "_ToldReader":
        return _ToldReader(self)


class _ToldReader:
    def __init__(self, ledger: ToldLedger) -> None:
        self._ledger = ledger
        self._told: LedgerView | None = None

    def view_if_changed(self) -> LedgerView | None:
        if self._ledger.is_away:
            raise UnavailableError("The ledger is away.")
        view = LedgerView(
            dict(self._ledger.rules),
            tuple(self._ledger.codes),
            Directory(dict.fromkeys(self._ledger.rules, "Course"), {code.affiliate_id: code.code for code in self._ledger.codes}),
        )
        told, self._told = self._told, view
        return None if told == view else view


class Pipeline:
    """Everything from the spool to the store; the test moves the data by hand, one step at a time."""

    def __init__(self, folder: Path, *, segment_bytes: int = 1 << 20) -> None:
        self._folder = folder
        self.clock = FixedClock(RECEIVED_AT + timedelta(hours=1))
        self.spool = spools.open_spool(folder / "spool", self.clock, segment_bytes=segment_bytes)
        self.objects = FolderObjectStore(folder / "objects")
        self.quarantine = Quarantine(folder / "quarantine", self.clock)
        self.store: RebuildableStore = open_duckdb(folder)
        self.ledger = ToldLedger(ADA)
        self.loader = self.new_loader()

    def __enter__(self) -> "Pipeline":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.spool.close()
        self.store.close()

    def new_loader(self, store: RebuildableStore | None = None, steps: Steps | None = None) -> Loader:
        """A loader as after a start, or on another store; with `steps`, one that can be interrupted around every call that it makes."""
        around = steps.around if steps is not None else _as_it_is
        return Loader(
            store=around(store or self.store),
            objects=around(self.objects),
            quarantine=around(self.quarantine),
            ledger=around(self.ledger.reader()),
            spool=around(self.spool),
        )

    def delivery(self, loader: Loader, steps: Steps | None = None) -> Delivery:
        around = steps.around if steps is not None else _as_it_is
        spool, objects, quarantine = around(self.spool), around(self.objects), around(self.quarantine)
        return Delivery(spool, objects, quarantine, self.clock, prefix="", may_remove=loader.has_followed)

    def rebuild(self, live: Loader | None = None, steps: Steps | None = None) -> RebuildReport:
        store: Any = _SteppingStore(self.store, steps) if steps is not None else self.store
        return rebuild(store, live or self.loader, lambda new: self.new_loader(new, steps))

    def append(self, payloads: Sequence[bytes]) -> None:
        """Make records durable together, and say so."""
        if spools.append(self.spool, payloads) != [True]:
            raise AssertionError("the spool did not take the records")

    def seal(self) -> None:
        """Let the active segment grow old enough to be sealed."""
        self.clock.at += timedelta(seconds=400)
        self.spool.seal_due()

    def deliver(self, *, keep: bool = True) -> None:
        """Seal and deliver what there is; with `keep` false, delivered segments leave the spool at once, followed or not."""
        self.seal()
        report = Delivery(self.spool, self.objects, self.quarantine, self.clock, prefix="", may_remove=lambda _: not keep).run_once()
        if report.error is not None:
            raise report.error

    def spool_files(self) -> list[Path]:
        return spools.segment_files(self._folder / "spool")

    def counted(self) -> int:
        """Page views that count, by the series."""
        return sum(point.value for point in self.series())

    def series(self, affiliate_id: str | None = None, metric: Metric = Metric.PAGE_VIEWS) -> list[Point]:
        return self.store.series(SeriesQuery(metric, SPAN, Grain.HOUR, affiliate_id=affiliate_id))

    def numbers(self) -> object:
        """Everything that a rebuild must bring back exactly."""
        series = [
            self.series(affiliate, metric) for affiliate in (None, ADA.affiliate_id) for metric in (Metric.PAGE_VIEWS, Metric.VISITORS)
        ]
        return series, dict(self.store.counts())

    def message_count(self) -> tuple[int, int]:
        """Events that count, and copies that do not."""
        counts = self.store.counts()
        return counts["events"], counts["duplicates"]

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        return [tuple(row) for row in self.store.sql(statement, SqlLimits()).rows]


class _SteppingStore:
    """A store that can be interrupted around every call, also of the one that it makes beside itself."""

    def __init__(self, store: RebuildableStore, steps: Steps) -> None:
        self._store = steps.around(store)
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def new_beside(self) -> Any:
        return self._steps.around(self._store.new_beside())


def _as_it_is(part: Any) -> Any:
    return part
