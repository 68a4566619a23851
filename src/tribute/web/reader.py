"""The reader of a page: in which way they want numbers, money and times written, and on which clock.

One request has one reader, found when its person is (`Parts.visitor`), so that everything written while it is answered is written for them.
Invariant: without any wish the forms are those that no country misreads (`1234.50 USD`, `12 Nov 2026`, UTC).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, format_time
from babel.numbers import format_currency, format_decimal
from litestar import Request

from tribute.kit.money import main_units, spelled
from tribute.ledger.preferences import Preferences

_MOST_WISHES: Final = 10
_DAY: Final = "yMMMd"
"""CLDR's skeleton of "12 Nov 2026", which browsers have under `{day: "numeric", month: "short", year: "numeric"}`."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads. `locale` is a language tag such as `en-GB`; `chosen_locale` is it where a person chose it rather than their browser."""

    locale: str | None = None
    chosen_locale: str | None = None
    zone: str = "UTC"
    chosen_zone: str | None = None
    theme: str | None = None

    def number(self, value: float) -> str:
        """1,234 or 1,234.50."""
        if self.locale is None:
            return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
        return format_decimal(value, format=None if value == int(value) else "#,##0.00", locale=_locale(self.locale))

    def money(self, minor: int, currency: str) -> str:
        """$1,234.50, from minor units."""
        if self.locale is None:
            return spelled(minor, currency)
        return format_currency(main_units(minor, currency), currency, locale=_locale(self.locale))

    def day(self, at: datetime | date) -> str:
        """12 Nov 2026: the date on the reader's clock; a date as it is."""
        on = self.local(at).date() if isinstance(at, datetime) else at
        return f"{on:%-d %b %Y}" if self.locale is None else format_skeleton(_DAY, on, locale=_locale(self.locale))

    def moment(self, at: datetime) -> str:
        """12 Nov 2026, 14:03."""
        local = self.local(at)
        time = f"{local:%H:%M}" if self.locale is None else format_time(local, "short", tzinfo=local.tzinfo, locale=_locale(self.locale))
        return f"{self.day(at)}, {time}"

    def clock(self, at: datetime) -> str:
        """14:03:12, with the zone where that is UTC."""
        return f"{self.local(at):%H:%M:%S}" + (" UTC" if self.zone == "UTC" else "")

    def local(self, at: datetime) -> datetime:
        """The instant on the reader's clock."""
        return at.astimezone(UTC if self.zone == "UTC" else ZoneInfo(self.zone))

    @property
    def zone_words(self) -> str:
        """The zone within a sentence: UTC, or Stockholm's time."""
        return self.zone.rpartition("/")[2].replace("_", " ") + " time" if "/" in self.zone else self.zone


NOBODY_KNOWN: Final = Reader()
_READER: ContextVar[Reader] = ContextVar("reader")


def reader() -> Reader:
    """Whoever reads what is written now."""
    return _READER.get(NOBODY_KNOWN)


def set_reader(request: Request[Any, Any, Any], one: Reader) -> None:
    """Write for this reader from here on: in this thread, and wherever the page that answers the request is rendered."""
    _READER.set(one)
    request.state.reader = one


def reader_at(request: Request[Any, Any, Any]) -> Reader:
    """Whom a request's page is for; without a person, whoever the browser speaks of."""
    found = request.state.get("reader")
    return found if isinstance(found, Reader) else browsers_reader(request.headers.get("accept-language"))


@contextmanager
def reading(one: Reader) -> Iterator[None]:
    """Write for this reader within the block."""
    token = _READER.set(one)
    try:
        yield
    finally:
        _READER.reset(token)


def browsers_reader(accept_language: str | None) -> Reader:
    """The reader that a browser's `Accept-Language` speaks of."""
    return Reader(locale=_wished(accept_language or ""))


def reader_of(preferences: Preferences, browsers: Reader) -> Reader:
    """The same reader with what they chose themself."""
    return replace(
        browsers,
        locale=preferences.locale or browsers.locale,
        chosen_locale=preferences.locale,
        zone=preferences.zone or browsers.zone,
        chosen_zone=preferences.zone,
        theme=preferences.theme,
    )


@cache
def _locale(tag: str) -> Locale:
    return Locale.parse(tag, sep="-")


def is_locale(tag: str) -> bool:
    """Whether the forms of this language tag are known."""
    try:
        return len(tag) <= 35 and tag.isascii() and bool(Locale.parse(tag, sep="-"))
    except (UnknownLocaleError, ValueError):
        return False


def _wished(header: str) -> str | None:
    """The first known language of a browser's wishes, in the order in which browsers send them: the most wished first."""
    for wish in header[:500].split(",")[:_MOST_WISHES]:
        tag = wish.partition(";")[0].strip()
        if is_locale(tag):
            return tag
    return None
