"""The reader of a page: in which way they want numbers, money and times written, and on which clock.

One request has one reader, found when its person is (`Parts.visitor`), so that everything written while it is answered is written for them.
Invariant: without any wish the forms are those that no country misreads (`1234.50 USD`, `12 Nov 2026`, UTC).
The zone is the person's own choice, else their browser's as far as a script has kept it, else UTC.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from litestar import Request

from tribute.analytics.ranges import named_zone
from tribute.kit.errors import InvalidInputError
from tribute.kit.writing import Writing, is_locale
from tribute.ledger.preferences import Preferences

_MOST_WISHES: Final = 10
ZONE_COOKIE: Final = "tribute_zone"
"""Where a script (`controls.js`) keeps the browser's zone for whoever signs in and chose none: no request tells it by itself."""


@dataclass(frozen=True, slots=True)
class Reader(Writing):
    """Who reads. What is `chosen_…` they chose themself, rather than their browser; scripts write likewise."""

    chosen_locale: str | None = None
    chosen_zone: str | None = None
    theme: str | None = None


NOBODY_KNOWN: Final = Reader()
_READER: ContextVar[Reader] = ContextVar("reader")


def reader() -> Reader:
    """Whoever reads what is written now."""
    return _READER.get(NOBODY_KNOWN)


class _Dated(Writing):
    """Forms for a sentence that stands by itself, as terms do: a moment says whose clock it is on."""

    def moment(self, at: datetime) -> str:
        written = super().moment(at)
        return f"{written} UTC" if self.zone == "UTC" else f"{written} ({self.zone})"


def readers_terms() -> Writing:
    """The forms of the terms that whoever reads is offered or bound by: theirs, and each moment with its zone."""
    one = reader()
    return _Dated(one.locale, one.zone)


def set_reader(request: Request[Any, Any, Any], one: Reader) -> None:
    """Write for this reader from here on: in this thread, and wherever the page that answers the request is rendered."""
    _READER.set(one)
    request.state.reader = one


def reader_at(request: Request[Any, Any, Any]) -> Reader:
    """Whom a request's page is for; without a person, whoever the browser speaks of."""
    found = request.state.get("reader")
    return found if isinstance(found, Reader) else browsers_reader(request.headers.get("accept-language"), request.cookies.get(ZONE_COOKIE))


@contextmanager
def reading(one: Reader) -> Iterator[None]:
    """Write for this reader within the block."""
    token = _READER.set(one)
    try:
        yield
    finally:
        _READER.reset(token)


def browsers_reader(accept_language: str | None, zone: str | None = None) -> Reader:
    """The reader that a browser's `Accept-Language`, and its zone where a script kept it, speak of."""
    return Reader(locale=_wished(accept_language or ""), zone=_known_zone(zone))


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


def _known_zone(name: str | None) -> str:
    """The zone of that name; UTC for what names none."""
    try:
        return named_zone(name).key if name else "UTC"
    except InvalidInputError:
        return "UTC"


def _wished(header: str) -> str | None:
    """The first known language of a browser's wishes, in the order in which browsers send them: the most wished first."""
    for wish in header[:500].split(",")[:_MOST_WISHES]:
        tag = wish.partition(";")[0].strip()
        if is_locale(tag):
            return tag
    return None
