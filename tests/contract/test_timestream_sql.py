"""Timestream's SQL over every event store: what the table holds, whose rows a caller sees, and what the limits do."""

# ruff: noqa: S608  the statements are the tests' own

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.events import NOON, make_event
from tests.support.timestream import TABLE, ask, fill, rows
from tribute.analytics.port import Batch, QueryRefusedError, RebuildableStore
from tribute.analytics.timestream.errors import TimestreamQueryError
from tribute.analytics.timestream.result import TimestreamLimits

GIVEN = """
    SELECT website, sum(measure_value::bigint) AS value, date_trunc('day', time) AS timestamp
    FROM "WebAnalyticsDb"."PageViewsTable"
    WHERE "affiliate_id" = 'ada' AND time between ago(7day) and now()
    GROUP BY website, date_trunc('day', time)
"""


@pytest.fixture
def filled(event_store: RebuildableStore) -> RebuildableStore:
    fill(event_store)
    return event_store


def refusal(store: RebuildableStore, statement: str, affiliate_id: str | None = None) -> str:
    with pytest.raises(TimestreamQueryError) as caught:
        ask(store, statement, affiliate_id)
    return caught.value.problem


def test_the_given_query_runs_letter_for_letter(filled: RebuildableStore) -> None:
    result = ask(filled, GIVEN)
    assert [(name, str(kind)) for name, kind in result.columns] == [("website", "varchar"), ("value", "bigint"), ("timestamp", "timestamp")]
    today, before = datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC)
    assert sorted(map(list, result.rows)) == [["Course A", 2, today], ["Course B", 5, before]]


def test_the_table_holds_only_what_counts(filled: RebuildableStore) -> None:
    statement = f'SELECT path, affiliate_id, measure_name, "measure_value::bigint", time FROM {TABLE} ORDER BY time DESC, path'
    assert rows(filled, statement) == [
        ["/a", "ada", "page_view", 1, NOON - timedelta(hours=1)],
        ["/b", "ada", "page_view", 1, NOON - timedelta(hours=1)],
        ["/a", "bob", "page_view", 1, NOON - timedelta(hours=2)],
        ["/n", None, "page_view", 1, NOON - timedelta(hours=3)],
        ["/a", "ada", "page_view", 5, NOON - timedelta(days=2)],
        ["/old", "ada", "page_view", 1, NOON - timedelta(days=30)],
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT affiliate_id FROM {table}",
        "SELECT affiliate_id FROM {table} WHERE affiliate_id = 'bob' OR true",
        "SELECT a.affiliate_id FROM {table} AS a CROSS JOIN {table} AS b",
        "WITH q AS (SELECT * FROM {table}) SELECT affiliate_id FROM q UNION ALL SELECT affiliate_id FROM {table}",
        "SELECT (SELECT max(affiliate_id) FROM {table})",
        "SELECT affiliate_id FROM webanalyticsdb.pageviewstable WHERE affiliate_id IN (SELECT affiliate_id FROM {table})",
    ],
)
def test_an_affiliate_sees_its_own_rows_alone(filled: RebuildableStore, statement: str) -> None:
    assert {row[0] for row in rows(filled, statement.format(table=TABLE), "aff_1")} == {"ada"}


def test_an_affiliate_counts_visitors_and_does_not_know_them(filled: RebuildableStore) -> None:
    statement = f"SELECT count(*), count(DISTINCT visitor_id) FROM {TABLE}"
    assert rows(filled, statement + " WHERE affiliate_id = 'ada'") == rows(filled, statement, "aff_1") == [[4, 3]]
    ids = f"SELECT DISTINCT visitor_id FROM {TABLE}"
    told, real = ({row[0] for row in rows(filled, ids, whose)} for whose in ("aff_1", None))
    assert not told & real
    assert None in real


def test_an_unknown_affiliate_sees_nothing(filled: RebuildableStore) -> None:
    assert rows(filled, f"SELECT count(*) FROM {TABLE}", "aff_' OR true --") == [[0]]


def test_a_text_that_looks_like_a_parameter_is_a_text(filled: RebuildableStore) -> None:
    assert rows(filled, f"SELECT count(*), '$now' || '$affiliate' FROM {TABLE} WHERE path = '$affiliate'") == [[0, "$now$affiliate"]]


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("SELECT 1 FROM events", 'line 1:15: Schema must be specified: write "WebAnalyticsDb"."PageViewsTable"'),
        ('SELECT 1 FROM "internal"."events"', "line 1:15: Table 'internal.events' does not exist"),
        ("SELECT 1 FROM read_csv('/etc/passwd')", "line 1:15: a function is not available in FROM"),
        ("SELECT getenv('HOME')", "line 1:8: Function 'getenv' not registered"),
        ("SELECT\n  nothing\nFROM {table}", "line 2:3: Column 'nothing' does not exist"),
        ("SELECT path, count(*) FROM {table}", "line 1:8: 'path' must be an aggregate expression or appear in GROUP BY clause"),
        ("SELECT count(*) AS n FROM {table} GROUP BY n", "line 1:70: Column 'n' does not exist"),
        ("SELECT path FROM {table} WHERE count(*) > 1", "line 1:58: WHERE clause cannot contain aggregations"),
        ("SELECT path FROM {table} WHERE path", "line 1:58: WHERE clause must evaluate to a boolean: actual type varchar"),
        ("SELECT path FROM {table} WHERE time > '2026-01-01'", "Cannot apply operator: timestamp > varchar"),
        ("SELECT path + 1 FROM {table}", "line 1:8: Cannot apply operator: varchar + integer"),
        ("SELECT measure_value FROM {table}", "line 1:8: measure_value needs its type"),
        ("SELECT measure_value::double FROM {table}", "line 1:8: Column 'measure_value::double' does not exist"),
        ("DELETE FROM {table}", "line 1:1: mismatched input 'DELETE'"),
        ("SELECT 1; SELECT 2", "only one statement, a SELECT, can be run here"),
        ("SELECT 5days", "line 1:8: '5days' is no interval"),
        ("SELECT 1/0", "Division by zero"),
        ("SELECT x FROM (VALUES 1, 2) AS t(x) WHERE x = (SELECT y FROM (VALUES 1, 2) AS u(y))", "Scalar sub-query"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(filled: RebuildableStore, statement: str, problem: str) -> None:
    assert problem in refusal(filled, statement.replace("{table}", TABLE))


def test_a_refusal_is_one_of_the_stores(filled: RebuildableStore) -> None:
    with pytest.raises(QueryRefusedError, match="line 1:8"):
        ask(filled, "SELECT x")


def test_more_rows_than_the_limit_are_cut_and_said(filled: RebuildableStore) -> None:
    for most, truncated in ((6, False), (5, True)):
        result = ask(filled, f"SELECT path FROM {TABLE}", limits=TimestreamLimits(rows=most))
        assert (len(result.rows), result.truncated) == (min(most, 6), truncated)


def test_rows_keep_the_order_that_was_asked_for(event_store: RebuildableStore) -> None:
    event_store.load(Batch([make_event(f"m{n}", NOON - timedelta(minutes=n)) for n in range(500)], []))
    result = ask(event_store, f"SELECT time FROM {TABLE} ORDER BY 1", limits=TimestreamLimits(rows=100))
    assert [row[0] for row in result.rows] == [NOON - timedelta(minutes=499 - n) for n in range(100)]


def test_a_slow_query_is_ended(event_store: RebuildableStore) -> None:
    cells = ", ".join(f"UNNEST(sequence(1, 10000)) AS t{n}(x{n})" for n in range(5))
    statement = f"SELECT count(*) FROM {cells} WHERE (x0 * x1 + x2 * x3) % 7 = x4 % 3"
    with pytest.raises(TimestreamQueryError, match=r"took longer than 0\.3 seconds"):
        ask(event_store, statement, limits=TimestreamLimits(seconds=0.3))
    assert rows(event_store, "SELECT 1") == [[1]]


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("SELECT a || a FROM (SELECT sequence(1, 1001) AS a)", "an array that is put together has more than 2000 elements"),
        ("SELECT sequence(1, x) FROM (VALUES 2001) AS t(x)", "must not have more than 2000 entries where rows make it"),
        ("SELECT transform(sequence(1, 10), x -> sequence(1, x))", "Unexpected parameters for function transform"),
        ("SELECT ARRAY[ARRAY[1]]", "All ARRAY elements must be the same type"),
        (
            "SELECT reduce(split(rpad('', 99, 'a,'), ','), 'a', (s, x) -> s || s || x, s -> s)",
            "8192",
        ),
        ("SELECT replace(rpad('', 2000, 'a'), 'a', 'abcdef')", "a text that is put together has more than 8192 bytes"),
        (
            "SELECT array_agg(x) FROM UNNEST(sequence(1, 10000)) AS t(x) CROSS JOIN UNNEST(sequence(1, 11)) AS u(y)",
            "more than 100,000 elements",
        ),
        ("SELECT " + ", ".join(["split(path, '/')"] * 17) + " FROM {table}", "makes arrays in more than 16 places"),
    ],
)
def test_what_would_fill_the_memory_is_refused(event_store: RebuildableStore, statement: str, problem: str) -> None:
    assert problem in refusal(event_store, statement.replace("{table}", TABLE))


@pytest.mark.slow
def test_a_statement_that_grows_without_end_is_refused_at_once(event_store: RebuildableStore) -> None:
    nested = "1"
    for _ in range(25):
        nested = f"CASE {nested} WHEN 1 THEN 2 WHEN 2 THEN 1 END"
    assert "the query is too long or too deeply nested" in refusal(event_store, f"SELECT {nested}")
    between = "true"
    for _ in range(25):
        between = f"({between}) BETWEEN false AND true"
    assert rows(event_store, f"SELECT {between}") == [[True]]
    assert "names ARRAY more than 10 times" in refusal(event_store, f"SELECT {'ARRAY[' * 11}")
    assert "more than 20,000 words and signs" in refusal(event_store, f"SELECT {'+'.join(['1'] * 20_000)}")


def test_values_come_in_the_types_of_the_columns(event_store: RebuildableStore) -> None:
    [row] = rows(
        event_store,
        """SELECT 1, 1.5, 'x', true, DATE '2026-03-01', TIME '10:00:00', TIMESTAMP '2026-03-01 12:00:00', 90m, INTERVAL '2' YEAR,
           ARRAY[1, NULL], create_time_series(t, v), NULL FROM (VALUES (now(), 2)) AS s(t, v)""",
    )
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert row[:5] == [1, 1.5, "x", True, date(2026, 3, 1)]
    assert row[6:] == [noon, timedelta(minutes=90), 24, [1, None], [(NOON, 2)], None]


def test_what_is_negated_is_the_contrary(event_store: RebuildableStore) -> None:
    for condition in (
        "c LIKE 'a%'",
        "c LIKE 'a!_' ESCAPE '!'",
        "c IN ('a')",
        "c BETWEEN 'a' AND 'b'",
        "c IS NULL",
        "c IS DISTINCT FROM 'a'",
    ):
        left, word, right = condition.partition(" ")
        negated = f"{left} IS NOT{right[2:]}" if right.startswith("IS") else f"{left}{word}NOT {right}"
        table = "FROM (VALUES 'a', 'a_', 'b', 'c', NULL) AS t(c)"
        told = rows(event_store, f"SELECT c, {condition}, {negated} {table}")
        assert all(no is None if yes is None else no is (not yes) for _, yes, no in told), condition
        assert any(yes for _, yes, _ in told), condition


def test_nulls_come_last_in_both_directions(event_store: RebuildableStore) -> None:
    for direction, order in (("ASC", [1, 2, None]), ("DESC", [2, 1, None]), ("DESC NULLS FIRST", [None, 2, 1])):
        assert rows(event_store, f"SELECT c FROM (VALUES 1, NULL, 2) AS t(c) ORDER BY c {direction}") == [[each] for each in order]
