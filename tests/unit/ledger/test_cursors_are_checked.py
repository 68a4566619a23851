"""A cursor is one that was given, or an error that says so; it names any time and id exactly."""

import base64
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tribute.kit.errors import InvalidInputError
from tribute.ledger.database import UtcDateTime
from tribute.ledger.paging import after, before, text_cursor, time_cursor

_ENCODED = [base64.urlsafe_b64encode(one).decode() for one in (b"\xff", b"a\x00b", b"")]
_IDS = st.text(st.characters(codec="ascii", exclude_categories=["C"]), min_size=1, max_size=30)
AT, ID = sa.column("at", UtcDateTime()), sa.column("id", sa.Text())


def parameters(condition: sa.ColumnElement[bool]) -> list[object]:
    return list(condition.compile().params.values())


@given(at=st.datetimes(timezones=st.just(UTC)), row_id=_IDS)
def test_a_time_and_an_id_come_back(at: datetime, row_id: str) -> None:
    assert parameters(before(time_cursor(at, row_id), AT, ID)) == [at, row_id]


def test_a_text_comes_back() -> None:
    assert parameters(after(text_cursor("aff_ä"), ID)) == ["aff_ä"]


def test_without_a_cursor_a_list_begins_at_its_beginning() -> None:
    assert str(before(None, AT, ID)) == str(after(None, ID)) == "true"


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "!!!!",
        "ä",
        "a" * 401,
        "\x00",
        "\ud800",
        "AAAA",
        *(base64.urlsafe_b64encode(one).decode() for one in (b"\xff", b"a\x00b", b"")),
    ],
)
def test_what_was_never_given_is_refused(cursor: str) -> None:
    for condition in (lambda: before(cursor, AT, ID), lambda: after(cursor, ID)):
        with pytest.raises(InvalidInputError, match="cursor: is not one that was given"):
            condition()


@given(cursor=st.text(max_size=60))
def test_whatever_is_given_is_answered_or_refused(cursor: str) -> None:
    for condition in (lambda: before(cursor, AT, ID), lambda: after(cursor, ID)):
        try:
            condition()
        except InvalidInputError as error:
            assert error.field == "cursor"  # noqa: PT017 -- either is right
