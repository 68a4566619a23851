"""Numbers, money and times as one person reads them, in their language's forms and on their clock. Used by pages and by letters.

Invariant: without a language the forms are those that no country misreads (`1234.50 USD`, `12 Nov 2026`); forms are CLDR's otherwise.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo

from tribute.kit.money import main_units, spelled

if TYPE_CHECKING:
    from babel import Locale

_DAY: Final = "yMMMd"
"""CLDR's skeleton of "12 Nov 2026", which browsers have under `{day: "numeric", month: "short", year: "numeric"}`."""
_LONGEST_TAG: Final = 35


@dataclass(frozen=True, slots=True)
class Writing:
    """How somebody reads. `locale` is a language tag such as `en-GB`, `zone` an IANA name."""

    locale: str | None = None
    zone: str = "UTC"

    def number(self, value: float) -> str:
        """1,234 or 1,234.50."""
        if self.locale is None:
            return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
        from babel.numbers import format_decimal  # here and below only where a language is set: most people set none

        return format_decimal(value, format=None if value == int(value) else "#,##0.00", locale=_locale(self.locale))

    def money(self, minor: int, currency: str) -> str:
        """$1,234.50, from minor units; what is less than nothing with a true minus."""
        if self.locale is None:
            return _signed(spelled(minor, currency))
        from babel.numbers import format_currency

        return _signed(format_currency(main_units(minor, currency), currency, locale=_locale(self.locale)))

    def exactly(self, amount: Decimal, currency: str) -> str:
        """$99.505: an amount in main units with all its decimals, however many the currency has."""
        if self.locale is None:
            return f"{amount:f} {currency}"
        from babel.numbers import format_currency

        return format_currency(amount, currency, locale=_locale(self.locale), decimal_quantization=False)

    def day(self, at: datetime | date) -> str:
        """12 Nov 2026: the date on their clock; a date as it is."""
        on = self.local(at).date() if isinstance(at, datetime) else at
        return f"{on:%-d %b %Y}" if self.locale is None else _by_skeleton(_DAY, on, self.locale)

    def weekday(self, on: date) -> str:
        """Mon 12."""
        return f"{on:%a %-d}" if self.locale is None else _by_skeleton("Ed", on, self.locale)

    def minute(self, at: datetime) -> str:
        """12 Nov 2026, 14:03: for lists."""
        local = self.local(at)
        time = f"{local:%H:%M}" if self.locale is None else _time("short", local, self.locale)
        return f"{self.day(at)}, {time}"

    def moment(self, at: datetime) -> str:
        """12 Nov 2026, 14:03:12, without seconds where there are none: for sentences that give reasons, which seconds may decide."""
        local = self.local(at)
        if not local.second:
            return self.minute(at)
        time = f"{local:%H:%M:%S}" if self.locale is None else _time("medium", local, self.locale)
        return f"{self.day(at)}, {time}"

    def clock(self, at: datetime) -> str:
        """14:03:12, with the zone where that is UTC."""
        return f"{self.local(at):%H:%M:%S}" + (" UTC" if self.zone == "UTC" else "")

    def local(self, at: datetime) -> datetime:
        """The instant on their clock."""
        return at.astimezone(UTC if self.zone == "UTC" else ZoneInfo(self.zone))


def _signed(written: str) -> str:
    """With the minus of print: the hyphen that most languages' forms have is easily overlooked before a figure."""
    return written.replace("-", "\N{MINUS SIGN}")


def _by_skeleton(skeleton: str, on: date, tag: str) -> str:
    from babel.dates import format_skeleton

    return format_skeleton(skeleton, on, locale=_locale(tag))


def _time(length: Literal["short", "medium"], local: datetime, tag: str) -> str:
    from babel.dates import format_time

    return format_time(local, length, tzinfo=local.tzinfo, locale=_locale(tag))


@cache
def _locale(tag: str) -> "Locale":
    from babel import Locale

    return Locale.parse(tag, sep="-")


def is_locale(tag: str) -> bool:
    """Whether the forms of this language tag are known."""
    from babel import Locale, UnknownLocaleError

    try:
        return len(tag) <= _LONGEST_TAG and tag.isascii() and bool(Locale.parse(tag, sep="-"))
    except (UnknownLocaleError, ValueError):
        return False
