"""What an address asks of the overview, and the address of what is asked. Pure; used by the overview's page.

Invariant: any address is a question. What names nothing is left out, so that the usual stands in its place. The page's scripts read and
write the same addresses (`static/portal/address.js`); what both must know is told to them in `settings`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlencode

from tribute.analytics.definitions import DAY, Grain, Metric, TimeWindow
from tribute.analytics.dimensions import Dimension
from tribute.analytics.query import RATIOS, Comparison, Filter
from tribute.analytics.ranges import named_zone
from tribute.kit.errors import InvalidInputError
from tribute.kit.money import checked_currency
from tribute.reports.analytics import Question
from tribute.web.windows import DEFAULT_METRIC, DEFAULT_WINDOW, WINDOW_WORDS, chosen

METRICS = (
    *(Metric.PAGE_VIEWS, Metric.VISITORS, Metric.CLICKS, Metric.CONVERSIONS),
    *(Metric.COMMISSIONS, Metric.REVENUE, Metric.EPC, Metric.CONVERSION_RATE),
)
"""In the order of the cards: what came, then what it brought."""
FILTERED = tuple(dimension for dimension in Dimension if dimension is not Dimension.AFFILIATE)

MOST_BUCKETS = 400
"""What a chart shows well and draws within a frame."""


class Split(StrEnum):
    """What the chart draws a line of."""

    WEBSITE = "Website"
    TOTAL = "Total"


class CalendarWindow(StrEnum):
    """A piece of the calendar in the reader's zone; the running ones end now."""

    TODAY = "Today"
    YESTERDAY = "Yesterday"
    THIS_MONTH = "ThisMonth"
    LAST_MONTH = "LastMonth"
    THIS_YEAR = "ThisYear"


CALENDAR_WORDS = {
    CalendarWindow.TODAY: ("Today", "today"),
    CalendarWindow.YESTERDAY: ("Yesterday", "yesterday"),
    CalendarWindow.THIS_MONTH: ("This month", "this month"),
    CalendarWindow.LAST_MONTH: ("Last month", "last month"),
    CalendarWindow.THIS_YEAR: ("This year", "this year"),
}
"""For a button, and within a sentence."""


@dataclass(frozen=True, slots=True)
class Step:
    """A grain as people choose it. `days` is its least length; it is the usual one for ranges of up to `usual_to` days."""

    grain: Grain
    name: str
    label: str
    days: float
    usual_to: float


STEPS = (
    Step(Grain.HOUR, "Hour", "Hours", 1 / 24, 2),
    Step(Grain.DAY, "Day", "Days", 1, 100),
    Step(Grain.WEEK, "Week", "Weeks", 7, 800),
    Step(Grain.MONTH, "Month", "Months", 28, 100_000),
)


def usual_step(days: float) -> Step:
    """The step that a range of so many days is drawn in unless another is chosen."""
    return next(step for step in STEPS if days <= step.usual_to)


def fits(step: Step, days: float) -> bool:
    """Whether a range drawn in these steps has neither too many nor only one."""
    return step is usual_step(days) or (days >= 2 * step.days and days / step.days <= MOST_BUCKETS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The state of the page. `start` and `end` are the dates of a range that somebody chose; then the window does not matter."""

    metric: Metric = DEFAULT_METRIC
    window: TimeWindow | CalendarWindow = DEFAULT_WINDOW
    start: date | None = None
    end: date | None = None
    zone: str = "UTC"
    usual_zone: str = "UTC"
    """The reader's own, which addresses need not tell."""
    currency: str | None = None
    """Of the amounts; None is the affiliate's main one."""
    grain: Grain | None = None
    comparison: Comparison | None = Comparison.PREVIOUS_PERIOD
    split: Split = Split.WEBSITE
    filters: Mapping[Dimension, tuple[str | None, ...]] = field(default_factory=dict)
    tables: Mapping[str, Dimension] = field(default_factory=dict)
    """Which table of each panel is open, where the address says so."""

    @classmethod
    def of(cls, parameters: Iterable[tuple[str, str]], panels: Mapping[str, Iterable[Dimension]], usual_zone: str = "UTC") -> "Asked":
        """What the parameters of an address ask."""
        several = list(parameters)
        told = dict(several)
        start, end = _date(told.get("from")), _date(told.get("to"))
        has_range = start is not None and end is not None and start <= end
        return cls(
            metric=chosen(told.get("metric"), DEFAULT_METRIC),
            window=_window(told.get("window")),
            start=start if has_range else None,
            end=end if has_range else None,
            zone=_zone(told.get("zone"), usual_zone),
            usual_zone=usual_zone,
            currency=_currency(told.get("currency")),
            grain=next((step.grain for step in STEPS if step.name == told.get("grain")), None),
            comparison=None if told.get("compare") == "None" else chosen(told.get("compare"), Comparison.PREVIOUS_PERIOD),
            split=chosen(told.get("lines"), Split.WEBSITE),
            filters=_filters(several),
            tables={panel: table for panel, tables in panels.items() for table in tables if told.get(panel) == table},
        )

    def parameters(self) -> list[tuple[str, str]]:
        """What the address says of this state; what is usual is left out."""
        told: list[tuple[str, str]] = [("metric", self.metric)]
        if self.start is not None and self.end is not None:
            told += [("from", self.start.isoformat()), ("to", self.end.isoformat())]
        else:
            told.append(("window", self.window))
        told += [("grain", step.name) for step in STEPS if step.grain is self.grain]
        if self.comparison is not Comparison.PREVIOUS_PERIOD:
            told.append(("compare", self.comparison or "None"))
        if self.split is not Split.WEBSITE:
            told.append(("lines", self.split))
        if self.zone != self.usual_zone:
            told.append(("zone", self.zone))
        if self.currency is not None:
            told.append(("currency", self.currency))
        told += [(dimension, value or "") for dimension, values in self.filters.items() for value in values]
        return [*told, *self.tables.items()]

    def address(self, **changes: Any) -> str:
        """The address of this state with changes."""
        return f"/?{urlencode(replace(self, **changes).parameters(), safe='/:', quote_via=quote)}"

    def toggled(self, dimension: Dimension, value: str | None) -> str:
        """The address with one more value filtered on, or with one less."""
        values = self.filters.get(dimension, ())
        left = tuple(each for each in values if each != value) if value in values else (*values, value)
        return self.address(filters={name: held for name, held in {**self.filters, dimension: left}.items() if held})

    def dates(self, now: datetime) -> tuple[date, date] | None:
        """The first and last day, where the range is made of days in the zone; None for the windows that end now to the second."""
        if self.start is not None and self.end is not None:
            return self.start, self.end
        if isinstance(self.window, CalendarWindow):
            return _calendar_dates(self.window, self.today(now))
        return None

    def today(self, now: datetime) -> date:
        """The date in the zone."""
        return now.astimezone(named_zone(self.zone)).date()

    def days(self, now: datetime) -> float:
        """How long the range is, about."""
        dates = self.dates(now)
        if dates is not None:
            return (dates[1] - dates[0]).days + 1
        return self.window.days if isinstance(self.window, TimeWindow) else 1

    def step(self, now: datetime) -> Step:
        """What the range is drawn in."""
        days = self.days(now)
        return next((step for step in STEPS if step.grain is self.grain and fits(step, days)), usual_step(days))

    def question(self, now: datetime, **more: Any) -> Question:
        """The same for the reports. A range that is still running ends now."""
        dates = self.dates(now)
        return Question(
            metrics=sorted(METRICS, key=lambda each: each is not ranked_by(self.metric)),
            window=self.window if dates is None and isinstance(self.window, TimeWindow) else None,
            start=dates[0].isoformat() if dates else None,
            end=dates[1].isoformat() if dates and dates[1] < self.today(now) else None,
            zone=self.zone,
            currency=self.currency,
            filters=[Filter(dimension, values) for dimension, values in self.filters.items()],
            comparison=self.comparison,
            **more,
        )

    def words(self) -> str:
        """The range within a sentence."""
        if self.start is not None and self.end is not None:
            return f"{self.start:%d %b %Y} to {self.end:%d %b %Y}"
        return WINDOW_WORDS[self.window][1] if isinstance(self.window, TimeWindow) else CALENDAR_WORDS[self.window][1]

    def words_before(self, now: datetime) -> str:
        """What it is compared with, within a sentence."""
        if self.comparison is Comparison.PREVIOUS_YEAR:
            return "a year before"
        if self.window is TimeWindow.LAST_24_HOURS and self.start is None:
            return "the 24 hours before"
        dates = self.dates(now)
        return _days_before(round(self.days(now))) if dates is None else _before(*dates, self.today(now))


def _before(first: date, last: date, today: date) -> str:
    """What days are compared with; see `analytics/comparison`, whose rules these are the words for."""
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    if last == today and first == today:
        return "yesterday by this time"
    if last == today and first.day == 1 and months == 1:
        return "last month by this time"
    if last == today and (first.day, first.month) == (1, 1) and first.year == today.year:
        return "last year by this time"
    if last != today and first.day == 1 and (last + DAY).day == 1:
        return "the month before" if months == 1 else f"the {months} months before"
    return _days_before((last - first).days + 1)


def _calendar_dates(window: CalendarWindow, today: date) -> tuple[date, date]:
    first = today.replace(day=1)
    return {
        CalendarWindow.TODAY: (today, today),
        CalendarWindow.YESTERDAY: (today - DAY, today - DAY),
        CalendarWindow.THIS_MONTH: (first, today),
        CalendarWindow.LAST_MONTH: ((first - DAY).replace(day=1), first - DAY),
        CalendarWindow.THIS_YEAR: (first.replace(month=1), today),
    }[window]


def _days_before(days: int) -> str:
    return "the day before" if days == 1 else f"the {days} days before"


def ranked_by(metric: Metric) -> Metric:
    """What rows are ordered by: a ratio of few clicks says little, so rows go by what it divides."""
    return RATIOS[metric][0] if metric in RATIOS else metric


def settings() -> dict[str, Any]:
    """What the page's scripts must know as well."""
    return {
        "metrics": list(METRICS),
        "steps": [{"name": step.name, "days": step.days, "usualTo": step.usual_to} for step in STEPS],
        "mostBuckets": MOST_BUCKETS,
        "filters": list(FILTERED),
    }


def _window(name: str | None) -> TimeWindow | CalendarWindow:
    window = chosen(name, DEFAULT_WINDOW)
    return chosen(name, CalendarWindow.TODAY) if name in set(CalendarWindow) else window


def _date(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 1971 <= day.year < 9000 else None


def _zone(name: str | None, usual: str) -> str:
    try:
        return named_zone(name or usual).key
    except InvalidInputError:
        return usual


def _currency(code: str | None) -> str | None:
    try:
        return checked_currency(code or "")
    except InvalidInputError:
        return None


def _filters(told: Iterable[tuple[str, str]]) -> dict[Dimension, tuple[str | None, ...]]:
    """A parameter named like a dimension, once for each value; an empty one stands for having none."""
    found: dict[Dimension, tuple[str | None, ...]] = {}
    for name, value in told:
        if name in FILTERED and value not in found.get(Dimension(name), ()):
            found[Dimension(name)] = (*found.get(Dimension(name), ()), value or None)
    return found
