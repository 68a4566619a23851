"""Results that are read page by page: kept as they were when the query ran, bounded in memory and time, each for the key that asked.

A token names a result and a place in it, so that a page that was lost on its way can be fetched again. Belongs to one event loop.
"""

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from tribute.aws.errors import invalid
from tribute.kit.clock import Clock

MOST_ROWS_A_PAGE: Final = 1000
_PAGE_BYTES: Final = 1024 * 1024
_KEPT_FOR: Final = timedelta(minutes=15)
_KEPT_BYTES: Final = 64 * 1024 * 1024
"""Of all results together; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Result:
    """A query's whole answer, its rows as they go over the wire."""

    access_key_id: str
    statement: str
    columns: Sequence[dict[str, Any]]
    rows: Sequence[bytes] = field(repr=False)
    query_id: str = field(default_factory=lambda: secrets.token_hex(20).upper())


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a result, and the token of what follows it."""

    result: Result
    rows: Sequence[msgspec.Raw]
    next_token: str | None
    share: float
    """How much of the result has been told with it, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class _Kept:
    result: Result
    size: int
    until: datetime


class Pages:
    """Cuts results into pages and keeps what was not told yet."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0

    def first(self, result: Result, most_rows: int) -> Page:
        """The first page. The rest is kept, if there is any."""
        page = self._page(result, 0, most_rows)
        if page.next_token is not None:
            self._keep(result)
        return page

    def next(self, token: str, *, access_key_id: str, statement: str, most_rows: int) -> Page:
        """The page that a token names. Raises AwsError for a token of another key or statement, and for one that is too old."""
        self._forget()
        query_id, _, place = token.partition(".")
        kept = self._kept.get(query_id)
        if kept is None or kept.result.access_key_id != access_key_id or not _is_place(place, kept.result):
            raise invalid("The NextToken is not valid any more: it is wrong or older than 15 minutes. Run the query again.")
        if kept.result.statement != statement:
            raise invalid("The QueryString has to be the one that the NextToken came with.")
        return self._page(kept.result, int(place), most_rows)

    def drop(self, query_id: str, *, access_key_id: str) -> bool:
        """Keep a query's rest no longer; whether there was one."""
        kept = self._kept.get(query_id)
        if kept is None or kept.result.access_key_id != access_key_id:
            return False
        self._remove(query_id)
        return True

    @staticmethod
    def _page(result: Result, start: int, most_rows: int) -> Page:
        end, size, total = start, 0, len(result.rows)
        while end < total and end - start < most_rows and (end == start or size + len(result.rows[end]) <= _PAGE_BYTES):
            size += len(result.rows[end])
            end += 1
        token = f"{result.query_id}.{end}" if end < total else None
        return Page(result, [msgspec.Raw(row) for row in result.rows[start:end]], token, end / total if total else 1.0)

    def _keep(self, result: Result) -> None:
        self._forget()
        size = sum(map(len, result.rows)) + 64 * len(result.rows)
        self._kept[result.query_id] = _Kept(result, size, self._clock.now() + _KEPT_FOR)
        self._bytes += size
        while self._bytes > _KEPT_BYTES and len(self._kept) > 1:
            self._remove(next(iter(self._kept)))

    def _forget(self) -> None:
        now = self._clock.now()
        while self._kept and next(iter(self._kept.values())).until <= now:
            self._remove(next(iter(self._kept)))

    def _remove(self, query_id: str) -> None:
        self._bytes -= self._kept.pop(query_id).size


def _is_place(told: str, result: Result) -> bool:
    return told.isascii() and told.isdigit() and len(told) < 10 and int(told) < len(result.rows)
