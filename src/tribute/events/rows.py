"""Derived events many at a time, in columns: what a load hands to the store without an object, and 40 fields of it, for each event.

Invariant: together the values of a row and of what it shares with others are one `DerivedEvent`, field by field. `derive` makes rows,
the loader gathers them, the store turns their columns into its own. What many events have in common (a page, a referrer and campaign, a
browser) is one object that they share, so that it is read, kept and turned into columns once.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias, overload

import msgspec

from tribute.events.derived import DERIVATION_VERSION, DerivedEvent

OWN: Final = (
    "event_key",
    "event_time",
    "time_mark",
    "received_at",
    "accepted_at",
    "seq",
    "name",
    "visitor_id",
    "visitor_kind",
    "affiliate_ref",
    "click_id",
    "is_click",
    "is_landing",
)
"""Fields of an event that a row has by itself, in its order."""
SEQ: Final = OWN.index("seq")
SHARED: Final = {
    "origin": ("website_id", "type", "spool", "country", "value", "revision"),
    "place": ("host", "path", "title"),
    "arrival": ("referrer_host", "channel", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"),
    "machine": ("device", "browser", "os", "bot"),
    "rest": ("link_slug", "sub_id", "order_kind", "order_id", "order_amount_minor", "order_currency", "order_coupon"),
}
"""The fields of what a row shares with others, in the order in which these follow its own."""

Row: TypeAlias = tuple[Any, ...]
"""The values of OWN, then a `Shared` for each of SHARED. A bare tuple: a class of its own would take as long to make as all its values."""


_TURNED_AT_ONCE = 512


class Shared(msgspec.Struct, frozen=True, eq=False, gc=False):
    """Values that many events have in common. Told apart by what it is, not by what it holds: that is far quicker."""

    kept: tuple[Any, ...]


def event_of(row: Row) -> DerivedEvent:
    """A row as an event."""
    told = dict(zip(OWN, row, strict=False))
    for fields, shared in zip(SHARED.values(), row[len(OWN) :], strict=True):
        told.update(zip(fields, shared.kept, strict=True))
    return DerivedEvent(**told, derivation=DERIVATION_VERSION)


class DerivedRows(Sequence[DerivedEvent]):
    """Rows as a sequence of events, kept in columns. An event is made only where somebody asks for one."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._columns: tuple[list[Any], ...] = tuple([] for _ in range(len(OWN) + len(SHARED)))
        self._waiting: list[Row] = list(rows)

    def append(self, row: Row) -> None:
        self._waiting.append(row)
        if len(self._waiting) >= _TURNED_AT_ONCE:
            self._turn()

    def extend(self, rows: Sequence[Row]) -> None:
        self._waiting += rows
        self._turn()

    def _turn(self) -> None:
        """Turn the rows that wait into columns: few at a time, because Python's collector looks through a row again and again."""
        for column, values in zip(self._columns, zip(*self._waiting, strict=True), strict=False):
            column.extend(values)
        self._waiting.clear()

    def _turned(self) -> tuple[list[Any], ...]:
        if self._waiting:
            self._turn()
        return self._columns

    def __len__(self) -> int:
        return len(self._columns[0]) + len(self._waiting)

    @overload
    def __getitem__(self, at: int) -> DerivedEvent: ...
    @overload
    def __getitem__(self, at: slice) -> "DerivedRows": ...
    def __getitem__(self, at: int | slice) -> "DerivedEvent | DerivedRows":
        if isinstance(at, slice):
            return DerivedRows(zip(*(column[at] for column in self._turned()), strict=True))
        return event_of(tuple(column[at] for column in self._turned()))

    def own(self) -> Iterator[tuple[str, Sequence[Any]]]:
        """The columns of OWN by their names."""
        return zip(OWN, self._turned(), strict=False)

    def shared(self) -> Iterator[tuple[Sequence[str], Sequence[Shared]]]:
        """What is shared, as one column for several fields."""
        return zip(SHARED.values(), self._turned()[len(OWN) :], strict=True)


def latest_time(events: Sequence[DerivedEvent]) -> datetime:
    """The latest event time of some events; there is one at least."""
    if isinstance(events, DerivedRows):
        times: Sequence[datetime] = dict(events.own())["event_time"]
        return max(times)
    return max(event.event_time for event in events)
