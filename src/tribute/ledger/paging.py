"""Pages of long lists: keyset cursors, so that a page costs the same wherever it lies. Used by the repositories of this room.

A cursor names the last row shown, by what its list is ordered by. It carries no rights: whoever asks is scoped by the query.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

import sqlalchemy as sa

from tribute.kit.clock import parse_iso
from tribute.kit.errors import InvalidInputError
from tribute.ledger.database import UtcDateTime
from tribute.ledger.rules.text import is_storable

LARGEST_PAGE = 200
_LONGEST_CURSOR = 400
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some of a list's items, and the cursor of those that follow, None where none do."""

    items: tuple[Item, ...]
    next: str | None


def checked_limit(limit: int, field: str = "limit") -> int:
    """How many items a page may have. Raises InvalidInputError."""
    if not 1 <= limit <= LARGEST_PAGE:
        raise InvalidInputError(field, f"give 1 to {LARGEST_PAGE}")
    return limit


def cut(items: Sequence[Item], limit: int, cursor_of: Callable[[Item], str]) -> Page[Item]:
    """A page out of what a query for one item more than `limit` found."""
    shown = tuple(items[:limit])
    return Page(shown, cursor_of(shown[-1]) if len(items) > limit else None)


def time_cursor(at: datetime, row_id: str) -> str:
    """The cursor of a list that is ordered by a time and an id."""
    return _encoded(f"{at.astimezone(UTC).isoformat()} {row_id}")


def place_in(cursor: str) -> tuple[datetime, str]:
    """The time and id in a cursor of `time_cursor`. Raises InvalidInputError for what is no cursor of ours."""
    time, _, row_id = text_in(cursor).partition(" ")
    try:
        return parse_iso(time), row_id
    except ValueError:
        raise malformed() from None


def before(cursor: str | None, at: sa.SQLColumnExpression[datetime], row_id: sa.SQLColumnExpression[str]) -> sa.ColumnElement[bool]:
    """What a list holds after the cursor when the newest come first. Raises InvalidInputError for what is no cursor of ours."""
    if cursor is None:
        return sa.true()
    told, last_id = place_in(cursor)
    return sa.tuple_(at, row_id) < sa.tuple_(sa.literal(told, UtcDateTime()), sa.literal(last_id, sa.Text()))


def text_cursor(key: str) -> str:
    """The cursor of a list that is ordered by one unique text."""
    return _encoded(key)


def after(cursor: str | None, key: sa.SQLColumnExpression[str]) -> sa.ColumnElement[bool]:
    """What a list holds after the cursor in the order of one unique text. Raises InvalidInputError for what is no cursor of ours."""
    return sa.true() if cursor is None else key > text_in(cursor)


def newest_first(
    at: sa.SQLColumnExpression[datetime], row_id: sa.SQLColumnExpression[str]
) -> tuple[sa.ColumnElement[datetime], sa.ColumnElement[str]]:
    """The order that `before` goes with."""
    return at.desc(), row_id.desc()


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def text_in(cursor: str) -> str:
    """The text in a cursor of `text_cursor`. Raises InvalidInputError for what is no cursor of ours."""
    try:
        if len(cursor) > _LONGEST_CURSOR:
            raise malformed()
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        raise malformed() from None
    if not text or not is_storable(text):
        raise malformed()
    return text


def malformed() -> InvalidInputError:
    """What is raised for a cursor that no list of ours gave."""
    return InvalidInputError("cursor", "is not one that was given; start again without it")
