"""What can be chosen on the overview besides its metric: range, steps, comparison, lines and zone; and the filters that hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tribute.analytics.definitions import TimeWindow
from tribute.analytics.dimensions import Dimension
from tribute.analytics.query import Comparison
from tribute.web.portal.asked import CALENDAR_WORDS, STEPS, Asked, CalendarWindow, Split, fits
from tribute.web.portal.panels import HEADS, NONES
from tribute.web.windows import WINDOW_WORDS

COMPARISONS = (
    (Comparison.PREVIOUS_PERIOD.value, "Period before"),
    (Comparison.PREVIOUS_YEAR.value, "Year before"),
    ("None", "Nothing"),
)
SPLITS = ((Split.WEBSITE.value, "By website"), (Split.TOTAL.value, "In total"))

Hidden = Sequence[tuple[str, str]]
"""Fields that a form sends along, so that the rest of the state stays."""


@dataclass(frozen=True, slots=True)
class WindowChoice:
    """A named range."""

    window: TimeWindow | CalendarWindow
    label: str
    words: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Menu:
    """All ranges: the given windows, pieces of the calendar, and two dates."""

    given: Sequence[WindowChoice]
    calendar: Sequence[WindowChoice]
    start: date | None
    end: date | None
    today: date
    label: str
    """What the button says behind which the calendar is."""
    hidden: Hidden

    @property
    def chosen_here(self) -> bool:
        """Whether the range is not one of the given windows."""
        return not any(choice.current for choice in self.given)


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a select."""

    value: str
    label: str
    chosen: bool
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """The form above the chart."""

    steps: Sequence[Option]
    comparisons: Sequence[Option]
    splits: Sequence[Option]
    hidden: Hidden


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that holds; its address is without it."""

    head: str
    value: str
    href: str


def menu(asked: Asked, now: datetime) -> Menu:
    """The ranges to choose from."""
    given = [_choice(asked, window, *words) for window, words in WINDOW_WORDS.items()]
    calendar = [_choice(asked, window, *words) for window, words in CALENDAR_WORDS.items()]
    label = next((choice.label for choice in calendar if choice.current), "More" if asked.start is None else asked.words())
    return Menu(given, calendar, asked.start, asked.end, asked.today(now), label, _without(asked, {"window", "from", "to"}))


def _choice(asked: Asked, window: TimeWindow | CalendarWindow, label: str, words: str) -> WindowChoice:
    is_current = asked.start is None and window is asked.window
    return WindowChoice(window, label, words, asked.address(window=window, start=None, end=None), is_current)


def choices(asked: Asked, now: datetime) -> Choices:
    """The options of the chart."""
    current, days = asked.step(now), asked.days(now)
    return Choices(
        steps=[Option(step.name, step.label, step is current, not fits(step, days)) for step in STEPS],
        comparisons=[Option(value, label, value == (asked.comparison or "None")) for value, label in COMPARISONS],
        splits=[Option(value, label, value == asked.split) for value, label in SPLITS],
        hidden=_without(asked, {"grain", "compare", "lines", "zone"}),
    )


def chips(asked: Asked) -> list[Chip]:
    """The filters that hold."""
    return [
        Chip(HEADS[dimension], value or none_of(dimension), asked.toggled(dimension, value))
        for dimension, values in asked.filters.items()
        for value in values
    ]


def none_of(dimension: Dimension) -> str:
    """What people call having none of a dimension."""
    return NONES.get(dimension, "(none)")


def _without(asked: Asked, names: Iterable[str]) -> Hidden:
    left_out = set(names)
    return [(name, value) for name, value in asked.parameters() if name not in left_out]
