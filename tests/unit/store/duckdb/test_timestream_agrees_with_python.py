"""Functions of Timestream's SQL whose edges are easy to get wrong, against the same rule written in Python."""

# ruff: noqa: DTZ001  the dialect's literals have no zone

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support.event_stores import open_duckdb
from tests.support.timestream import rows
from tribute.analytics.port import EventStore
from tribute.analytics.timestream.types import DOUBLE
from tribute.analytics.timestream.written import written

QUICK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
TIMES = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1))
MONTH_ENDS = st.builds(
    lambda year, month, back, hour: datetime(year, month, monthrange(year, month)[1] - back, hour),
    *(st.integers(2019, 2025), st.integers(1, 12), st.integers(0, 3), st.sampled_from([0, 12])),
)
LETTERS = st.text(st.sampled_from("abü/ €"), max_size=8)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EventStore]:
    folder: Path = tmp_path_factory.mktemp("store")
    opened = open_duckdb(folder)
    yield opened
    opened.close()


def literal(at: datetime) -> str:
    return f"TIMESTAMP '{at:%Y-%m-%d %H:%M:%S.%f}'"


def months_between(first: datetime, second: datetime) -> int:
    """Joda's rule, which Trino follows: a month is over when its day comes again, or the month's last day where it has no such day."""
    if second < first:
        return -months_between(second, first)
    months = 12 * (second.year - first.year) + second.month - first.month
    last = monthrange(second.year, second.month)[1]
    day = min(first.day, second.day) if second.day == last else first.day
    return months - ((day, first.time()) > (second.day, second.time()))


@QUICK
@given(first=st.one_of(TIMES, MONTH_ENDS), second=st.one_of(TIMES, MONTH_ENDS))
@example(first=datetime(2020, 2, 29), second=datetime(2021, 2, 28))
@example(first=datetime(2021, 1, 31, 12), second=datetime(2021, 2, 28))
@example(first=datetime(2021, 2, 28), second=datetime(2021, 1, 31))
def test_date_diff_counts_what_is_over(store: EventStore, first: datetime, second: datetime) -> None:
    units = ["month", "quarter", "year", "week", "day", "hour", "second"]
    asked = ", ".join(f"date_diff('{unit}', {literal(first)}, {literal(second)})" for unit in units)
    months, span = months_between(first, second), second - first
    passed = [abs(span) // timedelta(**{f"{unit}s": 1}) * (1 if span >= timedelta() else -1) for unit in units[3:]]
    calendar = [abs(months) // step * (1 if months >= 0 else -1) for step in (1, 3, 12)]
    assert rows(store, f"SELECT {asked}") == [[*calendar, *passed]]


@QUICK
@given(at=TIMES, span=st.integers(1, 10**13))
def test_bin_counts_from_the_epoch(store: EventStore, at: datetime, span: int) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    passed = (at.replace(tzinfo=UTC) - epoch) // timedelta(microseconds=1)
    assert rows(store, f"SELECT bin({literal(at)}, {span}us)") == [[epoch + timedelta(microseconds=passed // span * span)]]


@QUICK
@given(text=LETTERS, start=st.integers(-10, 10), length=st.integers(-2, 10))
def test_substr_counts_from_either_end(store: EventStore, text: str, start: int, length: int) -> None:
    begin = start - 1 if start > 0 else len(text) + start
    outside = start == 0 or begin < 0
    expected = "" if outside else text[begin:]
    within = "" if outside or length <= 0 else text[begin : begin + length]
    assert rows(store, f"SELECT substr('{text}', {start}), substr('{text}', {start}, {length})") == [[expected, within]]


@QUICK
@given(text=LETTERS, part=st.integers(1, 5))
def test_split_part_is_null_where_there_is_no_part(store: EventStore, text: str, part: int) -> None:
    parts = text.split("/")
    expected = parts[part - 1] if part <= len(parts) else None
    assert rows(store, f"SELECT split_part('{text}', '/', {part}), reverse('{text}'), strpos('{text}', 'b')") == [
        [expected, text[::-1], text.find("b") + 1]
    ]


@QUICK
@given(st.floats(allow_nan=False, allow_infinity=False))
@example(0.001)
@example(9999999.0)
@example(1e7)
@example(1.5e-4)
@example(-123456789.0)
def test_a_double_is_written_as_java_does_and_means_the_same(store: EventStore, number: float) -> None:
    text = written(number, DOUBLE)
    assert text is not None
    assert float(text) == number
    plain = number == 0 or 1e-3 <= abs(number) < 1e7
    assert ("E" not in text) == plain
    mantissa = text.lstrip("-").partition("E")[0]
    assert "." in mantissa
    assert plain or len(mantissa.partition(".")[0]) == 1
