"""The SQL console of every event store: what the views hold, which values come back, and what the limits do."""

import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.support.events import NOON, make_event
from tribute.analytics.definitions import DAY, HOUR
from tribute.analytics.port import Batch, CodeRegistration, Directory, QueryRefusedError, RebuildableStore, SqlLimits, SqlResult
from tribute.events.derived import BotMark

LONG = "SELECT count(*) FROM range(100000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3"


def ask(store: RebuildableStore, statement: str, limits: SqlLimits | None = None) -> SqlResult:
    return store.sql(statement, limits or SqlLimits())


def rows(store: RebuildableStore, statement: str) -> list[list[object]]:
    return [list(row) for row in ask(store, statement).rows]


@pytest.fixture
def filled(event_store: RebuildableStore) -> RebuildableStore:
    event_store.register_codes([CodeRegistration("ada", "aff_1", NOON - DAY)])
    event_store.register_directory(Directory({"web_a": "Course A"}, {"aff_1": "ada"}))
    events = [
        make_event("m1", affiliate_ref="ada", path="/a", utm_source="news", country="DE"),
        make_event("m1", affiliate_ref="ada", received_at=NOON + HOUR),
        make_event("m2", bot=BotMark.CRAWLER),
        make_event("m3", type="track", name="Bought"),
    ]
    event_store.load(Batch(events, []))
    return event_store


def test_page_views_hold_only_what_counts_by_names(filled: RebuildableStore) -> None:
    statement = "SELECT website, website_id, affiliate, affiliate_id, time, visitor_id, path, utm_source, country, value FROM page_views"
    assert rows(filled, statement) == [["Course A", "web_a", "ada", "aff_1", NOON, "v1", "/a", "news", "DE", 1]]


def test_events_hold_every_copy_and_say_which_counts(filled: RebuildableStore) -> None:
    assert rows(filled, "SELECT type, bot, counted, count(*) FROM events GROUP BY ALL ORDER BY ALL") == [
        ["page", "crawler", True, 1],
        ["page", None, False, 1],
        ["page", None, True, 1],
        ["track", None, True, 1],
    ]


def test_names_are_those_last_told(filled: RebuildableStore) -> None:
    filled.register_directory(Directory({"web_a": "New name"}, {"aff_1": "countess"}))
    assert rows(filled, "SELECT DISTINCT website, affiliate FROM page_views") == [["New name", "countess"]]
    assert rows(filled, "SELECT * FROM websites UNION ALL SELECT * FROM affiliates") == [["web_a", "New name"], ["aff_1", "countess"]]


def test_values_are_plain_and_times_are_aware(event_store: RebuildableStore) -> None:
    result = ask(
        event_store,
        """SELECT 1 AS whole, sum(2) AS big, 1.5::DOUBLE AS real, 1.50::DECIMAL(5, 2) AS exact, 'x' AS word, true AS yes, NULL AS nothing,
           date '2026-03-01' AS day, timestamp '2026-03-01 12:00' AS time, timestamptz '2026-03-01 12:00+02' AS zoned,
           [1, 2] AS list, 1 AS whole""",
    )
    assert result.columns == ["whole", "big", "real", "exact", "word", "yes", "nothing", "day", "time", "zoned", "list", "whole"]
    noon, ten = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert result.rows == [[1, 2, 1.5, Decimal("1.50"), "x", True, None, date(2026, 3, 1), noon, ten, "[1, 2]", 1]]


def test_time_compares_with_now_in_utc(event_store: RebuildableStore) -> None:
    event_store.load(Batch([make_event("m1", datetime.now(UTC) - HOUR), make_event("m2", datetime.now(UTC) - 3 * DAY)], []))
    assert rows(event_store, "SELECT count(*) FROM page_views WHERE time > now() - INTERVAL 1 DAY") == [[1]]


def test_rows_keep_the_order_that_was_asked_for(event_store: RebuildableStore) -> None:
    result = ask(event_store, "SELECT range % 1000 AS n, range FROM range(100000) ORDER BY n DESC, range", SqlLimits(rows=150))
    assert result.rows == [[999, 999 + 1000 * index] for index in range(100)] + [[998, 998 + 1000 * index] for index in range(50)]


def test_more_rows_than_the_limit_are_cut_and_said(event_store: RebuildableStore) -> None:
    for count, truncated in ((10, False), (11, True)):
        result = ask(event_store, f"FROM range({count})", SqlLimits(rows=10))
        assert (len(result.rows), result.truncated) == (10, truncated)


def test_a_slow_query_is_ended_and_others_go_on(event_store: RebuildableStore) -> None:
    started = threading.Event()
    errors: list[str] = []

    def slow() -> None:
        started.set()
        with pytest.raises(QueryRefusedError) as caught:
            ask(event_store, LONG, SqlLimits(seconds=0.4))
        errors.append(caught.value.problem)

    thread = threading.Thread(target=slow)
    thread.start()
    started.wait()
    assert rows(event_store, "SELECT 1") == [[1]]
    assert event_store.load(Batch([make_event()], [])).events == 1
    thread.join(timeout=30)
    assert errors == ["it took longer than 0.4 seconds; ask for less time or fewer columns"]
    assert rows(event_store, "SELECT 1") == [[1]]


def test_closing_the_store_ends_a_query_under_way(event_store: RebuildableStore) -> None:
    errors: list[str] = []

    def slow() -> None:
        with pytest.raises(QueryRefusedError) as caught:
            ask(event_store, LONG, SqlLimits(seconds=60))
        errors.append(caught.value.problem)

    thread = threading.Thread(target=slow)
    thread.start()
    while not any(worker.name == "sql-deadline" for worker in threading.enumerate()):
        thread.join(timeout=0.01)
    event_store.close()
    thread.join(timeout=30)
    assert errors == ["it was ended because Tribute is stopping"]


def test_a_query_that_needs_too_much_memory_is_refused(event_store: RebuildableStore) -> None:
    with pytest.raises(QueryRefusedError):
        ask(event_store, "SELECT length(list(a.range)::VARCHAR) FROM range(200000000) a", SqlLimits(seconds=30))
    assert rows(event_store, "SELECT 1") == [[1]]


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("SELECT nothing FROM events", 'Referenced column "nothing" not found'),
        ("SELECT 'x'::INTEGER", "Could not convert string 'x' to INT32"),
        ("SELECT website, count(*) FROM events", "must appear in the GROUP BY clause"),
        ("SELECT sum(website) FROM events", "No function matches"),
        ("SELEKT 1", "cannot be read as SQL at line 1, column 8"),
        ("SELECT 1 FROM", "cannot be read as SQL"),
        ("SELECT * FROM internal.events", "there is no table internal.events"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(event_store: RebuildableStore, statement: str, problem: str) -> None:
    with pytest.raises(QueryRefusedError) as caught:
        ask(event_store, statement)
    assert problem in caught.value.problem
    assert "\n" not in caught.value.problem
    assert "LINE 1" not in caught.value.problem


MEANINGS: list[tuple[str, list[object]]] = [
    ("SELECT extract(hour FROM timestamp '2026-01-01 07:00'), substring('abcdef' FROM 2 FOR 3), position('b' IN 'abc')", [7, "bcd", 2]),
    ("SELECT trim(both 'x' FROM 'xaxx'), trim(leading 'x' FROM 'xax'), trim(trailing 'x' FROM 'xax')", ["a", "ax", "xa"]),
    ("SELECT 7 // 2, 2 ** 3, 5 % 2, 'a' || 'b', NOT true, 1 IS DISTINCT FROM NULL", [3, 8.0, 1, "ab", False, True]),
    ("SELECT list_transform([1, 2], x -> x + 1)[2], list_filter([1, 2, 3], lambda x: x > 2)[1]", [3, 3]),
    ("SELECT [x FOR x IN [4, 5] IF x > 4][1], MAP {'k': 4}['k'], {'s': 5}.s", [5, 4, 5]),
    ("SELECT string_agg(v, '-' ORDER BY v DESC), count(DISTINCT v) FROM (VALUES ('a'), ('b'), ('c')) t(v)", ["c-b-a", 3]),
    ("SELECT max(v) FILTER (v < 'c') FROM (VALUES ('a'), ('b'), ('c')) t(v)", ["b"]),
    ("SELECT last_value(v IGNORE NULLS) OVER (ORDER BY n) FROM (VALUES (1, 'a'), (2, NULL)) t(n, v) ORDER BY n DESC LIMIT 1", ["a"]),
    ("SELECT CASE WHEN 1 > 2 THEN 'a' ELSE 'b' END, if(true, 1, 2), coalesce(NULL, 3)", ["b", 1, 3]),
    ("WITH a(x) AS (SELECT 1), b AS (SELECT x + 1 AS y FROM a) SELECT x, y FROM a CROSS JOIN b", [1, 2]),
    ("SELECT date_diff('day', date '2026-01-01', date '2026-01-05'), strftime(date '2026-01-05', '%Y/%m')", [4, "2026/01"]),
    ("SELECT dayname(date '2026-01-05'), hour(time '07:00' + INTERVAL 1 HOUR)", ["Monday", 8]),
    ("SELECT time_bucket(INTERVAL 1 HOUR, timestamp '2026-01-01 07:30') = timestamp '2026-01-01 07:00'", [True]),
    ("SELECT timestamp '2026-07-01 12:00' AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin'", [datetime(2026, 7, 1, 14, tzinfo=UTC)]),
    ("SELECT 'O''Reilly', \"a b\", $$dollar$$ FROM (SELECT 1 AS \"a b\")", ["O'Reilly", 1, "dollar"]),
    ("SELECT 'abc' LIKE 'a_c', 'abc' ILIKE 'AB%', '50%' LIKE '50!%' ESCAPE '!', 'x' IN ('x', 'y')", [True] * 4),
    ("SELECT regexp_matches('abc', '^a.c$'), 'abc'.upper(), 1 BETWEEN 0 AND 2", [True, "ABC", True]),
    ("SELECT quantile_cont(v, 0.5), approx_quantile(v, 0.5), mad(v) FROM range(5) t(v)", [2.0, 2, 1.0]),
]


@pytest.mark.parametrize(("statement", "answer"), MEANINGS)
def test_what_people_write_means_what_duckdb_says(event_store: RebuildableStore, statement: str, answer: list[object]) -> None:
    assert rows(event_store, statement) == [answer]
