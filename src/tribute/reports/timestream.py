"""Timestream's SQL as a caller may ask it: an affiliate over its own page views, the team over all. Used by the AWS-shaped door."""

from typing import Protocol

from tribute.access.caller import Caller
from tribute.analytics.timestream.result import TimestreamLimits, TimestreamQuery, TimestreamResult
from tribute.kit.clock import Clock
from tribute.reports.scope import scope_of


class TimestreamStore(Protocol):
    """The store, as far as this report needs it."""

    def timestream(self, query: TimestreamQuery) -> TimestreamResult: ...


class TimestreamRows:
    """Runs statements within the caller's scope. Safe to use from several threads."""

    def __init__(self, store: TimestreamStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def ask(self, caller: Caller, statement: str, limits: TimestreamLimits) -> TimestreamResult:
        """The statement's rows. Raises TimestreamQueryError for what is wrong with it."""
        return self._store.timestream(TimestreamQuery(statement, scope_of(caller), self._clock.now(), limits))
