"""What is asked of Timestream's SQL and what comes back, with the types that its API tells. Part of the store's port."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tribute.analytics.timestream.types import Type


@dataclass(frozen=True, slots=True)
class TimestreamLimits:
    """How much one query may take: rows that come back, and seconds."""

    rows: int = 10_000
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class TimestreamQuery:
    """A statement, and whose rows it may see: one affiliate's by id or, for None, all. `now` is its one instant, aware."""

    statement: str
    affiliate_id: str | None
    now: datetime
    limits: TimestreamLimits = field(default_factory=TimestreamLimits)


@dataclass(frozen=True, slots=True)
class TimestreamResult:
    """Columns by name and type, and rows. `truncated` when the row limit cut them.

    Values are None, bool, int, float, str, date, time, aware datetime in UTC, timedelta (INTERVAL_DAY_TO_SECOND), an int of months
    (INTERVAL_YEAR_TO_MONTH), a list (ARRAY), and a list of (datetime, value) in order of time (TIMESERIES).
    """

    columns: Sequence[tuple[str, Type]]
    rows: Sequence[Sequence[Any]]
    truncated: bool
