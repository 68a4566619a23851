"""Windows and metrics as pages name them: in addresses by their GraphQL names, to people in words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from tribute.analytics.definitions import Metric, TimeWindow

_Choice = TypeVar("_Choice", bound=StrEnum)

WINDOW_WORDS = {
    TimeWindow.LAST_24_HOURS: ("24 h", "the last 24 hours"),
    TimeWindow.LAST_7_DAYS: ("7 days", "the last 7 days"),
    TimeWindow.LAST_30_DAYS: ("30 days", "the last 30 days"),
    TimeWindow.LAST_90_DAYS: ("90 days", "the last 90 days"),
    TimeWindow.LAST_365_DAYS: ("365 days", "the last 365 days"),
}
"""For a button, and within a sentence."""
DEFAULT_WINDOW = TimeWindow.LAST_30_DAYS
DEFAULT_METRIC = Metric.PAGE_VIEWS


@dataclass(frozen=True, slots=True)
class WindowLink:
    """One window to choose."""

    window: TimeWindow
    label: str
    words: str
    href: str
    current: bool


def chosen(value: str | None, default: _Choice) -> _Choice:
    """What an address asks for; the default where it asks for nothing that there is."""
    try:
        return type(default)(value or "")
    except ValueError:
        return default


def window_links(path: str, current: TimeWindow, **others: str) -> list[WindowLink]:
    """The five windows, keeping what else the address says."""
    return [
        WindowLink(window, label, words, f"{path}?{urlencode(others | {'window': window.value})}", window is current)
        for window, (label, words) in WINDOW_WORDS.items()
    ]
