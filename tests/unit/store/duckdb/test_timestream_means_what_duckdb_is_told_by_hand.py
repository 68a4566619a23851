"""Timestream's SQL against the same meaning written by hand in DuckDB's, for queries that are put together at random."""

# ruff: noqa: S608  the statements are the test's own

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.event_stores import open_duckdb
from tests.support.events import NOON, make_event
from tests.support.timestream import CODES, DIRECTORY, TABLE, rows
from tribute.analytics.port import Batch, EventStore
from tribute.analytics.timestream.errors import TimestreamQueryError


@dataclass(frozen=True)
class Said:
    """The same expression in both languages."""

    timestream: str
    duckdb: str


def _both(form: str, *parts: Said, duckdb: str | None = None) -> Said:
    return Said(form.format(*(part.timestream for part in parts)), (duckdb or form).format(*(part.duckdb for part in parts)))


UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SPANS = st.builds(lambda count, unit: (f"{count}{unit}", count * UNITS[unit]), st.integers(1, 40), st.sampled_from(sorted(UNITS)))
TRUNCATED = "((CASE WHEN ({0} < 0) <> ({1} < 0) THEN -1 ELSE 1 END) * (abs({0}) // abs({1})))"
REST = f"({{0}} - {{1}} * {TRUNCATED})"

SIGNS, ORDERS = st.sampled_from("+-*"), st.sampled_from(["=", "<>", "<", ">="])
DEPTH = 2

Parts = st.SearchStrategy[Said]


def numbers(depth: int) -> Parts:
    leaves = st.one_of(
        st.integers(-50, 50).map(lambda number: Said(f"({number})", f"({number}::BIGINT)")), st.just(Said("measure_value::bigint", "value"))
    )
    if not depth:
        return leaves
    part = numbers(depth - 1)
    return st.one_of(
        leaves,
        st.builds(lambda sign, one, other: _both(f"({{0}} {sign} {{1}})", one, other), SIGNS, part, part),
        st.builds(lambda one, other: _both("({0} / {1})", one, other, duckdb=TRUNCATED), part, part),
        st.builds(lambda one, other: _both("({0} % {1})", one, other, duckdb=REST), part, part),
        st.builds(lambda one: _both("length({0})", one), texts(depth - 1)),
        st.builds(lambda one, other: _both("coalesce(nullif({0}, {1}), 7)", one, other), part, part),
    )


def texts(depth: int) -> Parts:
    names, words = st.sampled_from(["path", "affiliate_id", "country", "website"]), st.sampled_from(["/a", "it''s", "%", "_b", ""])
    leaves = st.one_of(names.map(lambda name: Said(name, name)), words.map(lambda word: Said(f"'{word}'", f"'{word}'")))
    if not depth:
        return leaves
    part = texts(depth - 1)
    return st.one_of(
        leaves,
        st.builds(lambda one, other: _both("({0} || {1})", one, other), part, part),
        st.builds(lambda one: _both("upper({0})", one), part),
        st.builds(lambda one, place: _both(f"substr({{0}}, {place})", one), part, st.integers(1, 9)),
    )


def moments(depth: int) -> Parts:
    now = "TIMESTAMP '2026-03-10 12:00:00'"
    leaves = st.one_of(
        st.just(Said("time", "time")), SPANS.map(lambda span: Said(f"ago({span[0]})", f"({now} - INTERVAL ({span[1]}) SECOND)"))
    )
    if not depth:
        return leaves
    part, units = moments(depth - 1), st.sampled_from(["minute", "hour", "day", "week", "month"])

    def moved(sign: str, one: Said, span: tuple[str, int]) -> Said:
        return _both(f"({{0}} {sign} {span[0]})", one, duckdb=f"({{0}} {sign} INTERVAL ({span[1]}) SECOND)")

    def binned(one: Said, span: tuple[str, int]) -> Said:
        by_hand = f"make_timestamp((floor(epoch_us({{0}}) / {span[1]}e6)::BIGINT * {span[1]}000000))"
        return _both(f"bin({{0}}, {span[0]})", one, duckdb=by_hand)

    return st.one_of(
        leaves,
        st.builds(moved, st.sampled_from("+-"), part, SPANS),
        st.builds(binned, part, SPANS),
        st.builds(lambda unit, one: _both(f"date_trunc('{unit}', {{0}})", one), units, part),
    )


def conditions(depth: int) -> Parts:
    whole, text, moment = numbers(1), texts(1), moments(1)
    compared = [
        st.builds(lambda sign, one, other: _both(f"({{0}} {sign} {{1}})", one, other), ORDERS, kind, kind) for kind in (whole, text, moment)
    ]
    leaves = st.one_of(
        *compared,
        st.builds(lambda one, other: _both("({0} IS DISTINCT FROM {1})", one, other), text, text),
        st.builds(lambda one: _both("({0} IS NULL)", one), text),
        st.builds(lambda one, low, high: _both("({0} NOT BETWEEN {1} AND {2})", one, low, high), moment, moment, moment),
        st.builds(lambda one, other, third: _both("({0} IN ({1}, {2}))", one, other, third), text, text, text),
        st.builds(lambda one, pattern: _both("({0} LIKE {1})", one, pattern), text, text),
    )
    if not depth:
        return leaves
    part = conditions(depth - 1)
    words = st.sampled_from(["AND", "OR"])
    return st.one_of(
        leaves,
        st.builds(lambda one: _both("(NOT {0})", one), part),
        st.builds(lambda word, one, other: _both(f"({{0}} {word} {{1}})", one, other), words, part, part),
    )


KEYS = st.one_of(texts(DEPTH), moments(DEPTH), numbers(DEPTH))
CONDITIONS = conditions(DEPTH)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EventStore]:
    folder: Path = tmp_path_factory.mktemp("store")
    opened = open_duckdb(folder)
    opened.register_codes(CODES)
    opened.register_directory(DIRECTORY)
    opened.load(Batch([event for event, _ in EVENTS], []))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def by_hand() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.register("told", pa.Table.from_pylist([row for _, row in EVENTS]))
        connection.execute("CREATE TABLE pages AS SELECT * REPLACE (time::TIMESTAMP AS time) FROM told")
        yield connection


def _event(number: int) -> tuple[Any, dict[str, Any]]:
    """A page view, and the row that it must be."""
    at = NOON - timedelta(minutes=97 * number, microseconds=number * 123_457)
    code, site = [("ada", "bob", None)[number % 3], ("web_a", "web_b")[number % 2]]
    path, country = [("/a", "/b/grün", "it's", None)[number % 4], ("DE", None)[number % 2]]
    event = make_event(f"m{number}", at, website_id=site, affiliate_ref=code, path=path, country=country, value=number % 4)
    row = {"time": at.replace(tzinfo=None), "affiliate_id": code, "website": DIRECTORY.websites[site], "path": path, "country": country}
    return event, row | {"value": number % 4}


EVENTS = [_event(number) for number in range(24)]


def _comparable(found: list[Any]) -> list[str]:
    return sorted(repr([value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for value in row]) for row in found)


def _agree(store: EventStore, by_hand: duckdb.DuckDBPyConnection, asked: Said) -> None:
    """Both answer the same, or both fail."""
    try:
        expected = _comparable([list(row) for row in by_hand.execute(asked.duckdb).fetchall()])
    except duckdb.Error:
        with pytest.raises(TimestreamQueryError):
            rows(store, asked.timestream)
        return
    assert _comparable(rows(store, asked.timestream)) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=60)
@given(where=CONDITIONS, first=KEYS, second=KEYS)
def test_rows_that_are_chosen_and_computed(
    store: EventStore, by_hand: duckdb.DuckDBPyConnection, where: Said, first: Said, second: Said
) -> None:
    asked = _both("SELECT {0} AS a, {1} AS b, count(*) FROM TABLE WHERE {2} GROUP BY {0}, {1}", first, second, where)
    _agree(store, by_hand, Said(asked.timestream.replace("TABLE", TABLE), asked.duckdb.replace("TABLE", "pages")))


SUMS = st.sampled_from(["sum({0})", "min({0})", "max({0})", "count(DISTINCT {0})", "count({0})", "sum({0}) FILTER (WHERE {1})"])


def _grouped(group: Said, form: str, summed: Said, where: Said, least: int) -> Said:
    return _both(f"SELECT {{2}} AS k, {form} AS n FROM TABLE GROUP BY {{2}} HAVING count(*) > {least}", summed, where, group)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=60)
@given(asked=st.builds(_grouped, KEYS, SUMS, numbers(DEPTH), CONDITIONS, st.integers(0, 3)))
def test_groups_that_are_summed_and_chosen(store: EventStore, by_hand: duckdb.DuckDBPyConnection, asked: Said) -> None:
    _agree(store, by_hand, Said(asked.timestream.replace("TABLE", TABLE), asked.duckdb.replace("TABLE", "pages")))
