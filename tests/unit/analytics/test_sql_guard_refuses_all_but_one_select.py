"""The guard's table of what is let through and what is not; it never fails in another way than by refusing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tribute.analytics.port import QueryRefusedError
from tribute.analytics.sql_functions import FUNCTIONS, TABLE_FUNCTIONS
from tribute.analytics.sql_guard import MOST_CHARACTERS, guarded

LET_THROUGH = [
    "SELECT count(*) FROM events",
    "FROM page_views SELECT website",
    "SELECT * EXCLUDE (website) REPLACE (upper(name) AS name) FROM events;",
    "VALUES (1), (2)",
    "(SELECT 1)",
    "SELECT 1 UNION ALL SELECT 2 EXCEPT SELECT 3",
    "WITH a AS (SELECT 1 AS x), b(y) AS (SELECT x FROM a) SELECT * FROM b, a",
    "WITH events AS (SELECT 1) SELECT * FROM events",
    'SELECT * FROM "events" AS e JOIN WEBSITES w USING (website_id)',
    "SELECT * FROM range(3) t(a), generate_series(1, 2), unnest([1, 2]) u(x)",
    "SELECT row_number() OVER w FROM events WINDOW w AS (PARTITION BY website ORDER BY time) QUALIFY row_number() OVER w = 1",
    "SELECT website, sum(value) FROM page_views GROUP BY GROUPING SETS ((website), ()) HAVING sum(value) > 1 ORDER BY ALL LIMIT 5 OFFSET 2",
    "SELECT 1 -- a comment; DROP TABLE events",
    "SELECT 'ATTACH; read_csv()'",
    "SELECT * FROM events, LATERAL (SELECT 1)",
]
REFUSED = {
    "": "only one statement",
    ";": "only one statement",
    "SELECT 1; SELECT 2": "only one statement",
    "ATTACH 'x.db'": "only one statement",
    "COPY events TO 'x.csv'": "only one statement",
    "PRAGMA version": "only one statement",
    "SET memory_limit = '1GB'": "only one statement",
    "INSTALL httpfs": "only one statement",
    "LOAD httpfs": "only one statement",
    "CALL pragma_version()": "only one statement",
    "EXPLAIN SELECT 1": "only one statement",
    "DESCRIBE events": "only one statement",
    "INSERT INTO events SELECT 1": "only one statement",
    "DELETE FROM events": "only one statement",
    "CREATE TABLE x AS SELECT 1": "only one statement",
    "DROP TABLE events": "only one statement",
    "PIVOT events ON website USING sum(value)": "only one statement",
    "WITH x AS (SELECT 1) DELETE FROM events": "only one statement",
    "SELECT * FROM (DESCRIBE events)": "DESCRIBE is not available",
    "SELECT * FROM (SUMMARIZE events)": "SUMMARIZE is not available",
    "SELECT * FROM events PIVOT (sum(value) FOR website IN ('a'))": "PIVOT is not available",
    "SELECT * INTO x FROM events": "INTO is not available",
    "SELECT ?": "PLACEHOLDER is not available",
    "SELECT $1": "PLACEHOLDER is not available",
    "SELECT * FROM events FOR UPDATE": "LOCK is not available",
    "WITH RECURSIVE a AS (SELECT 1) SELECT * FROM a": "WITH RECURSIVE is not available",
    "SELECT * FROM 'x.csv'": 'no table "x.csv" (line 1, column 15)',
    'SELECT * FROM "x.parquet"': 'no table "x.parquet"',
    "SELECT * FROM information_schema.tables": "no table information_schema.tables",
    "SELECT * FROM internal.events": "no table internal.events",
    "SELECT * FROM main.events": "no table main.events",
    "SELECT * FROM pg_tables": "no table pg_tables",
    "SELECT * FROM sqlite_master": "no table sqlite_master",
    "SELECT * FROM (WITH duckdb_tables AS (SELECT 1) SELECT 1), duckdb_tables": "no table duckdb_tables (line 1, column 60)",
    "WITH pg_tables AS (SELECT * FROM pg_tables) SELECT 1": "no table pg_tables",
    "WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT 1": "no table b",
    "SELECT 1,\n  getenv('HOME')": "function getenv is not available here (line 2, column 3)",
    "SELECT GetEnv('HOME')": "function getenv",
    "SELECT \"getenv\"('HOME')": "function getenv",
    "SELECT main.getenv('HOME')": "function getenv",
    "SELECT 'HOME'.getenv()": "function getenv",
    "SELECT list_transform(['HOME'], x -> getenv(x))": "function getenv",
    "SELECT [getenv(x) FOR x IN ['HOME']]": "function getenv",
    "SELECT count(*) FILTER (getenv('a') = 'b') FROM events": "function getenv",
    "SELECT sum(1) OVER (ORDER BY getenv('a')) FROM events": "function getenv",
    "SELECT 1 ORDER BY getenv('a')": "function getenv",
    "SELECT 1 LIMIT (SELECT getenv('a'))": "function getenv",
    "SELECT CAST(getenv('a') AS INTEGER)": "function getenv",
    "SELECT * REPLACE (getenv('a') AS name) FROM events": "function getenv",
    "SELECT * FROM read_csv('/etc/passwd')": "function read_csv",
    "SELECT * FROM events, LATERAL read_text('/etc/passwd')": "function read_text",
    "SELECT * FROM duckdb_settings()": "function duckdb_settings",
    "SELECT * FROM pragma_table_info('events')": "function pragma_table_info",
    "SELECT * FROM query('SELECT 1')": "function query",
    "SELECT * FROM query_table('events')": "function query_table",
    "SELECT * FROM glob('*')": "function glob",
    "SELECT current_setting('memory_limit')": "function current_setting",
    "SELECT version()": "function version",
    "SELECT current_user": "is not available",
    "SELECT sleep_ms(1000)": "function sleep_ms",
    "SELECT repeat('x', 1000000000)": "function repeat",
    "SELECT lpad('x', 1000000000, 'y')": "function lpad",
    "SELECT range(1000000000)": "function range",
    "SELECT json_serialize_sql('SELECT 1')": "function json_serialize_sql",
    "SELECT nextval('x')": "function nextval",
    "SELECT write_log('x')": "function write_log",
    "SELECT * FROM events AT (VERSION => 1)": "is not available",
    "SELECT 1 /* open": "cannot be read as SQL",
    "SELECT 'open": "cannot be read as SQL",
    "SELECT FROM WHERE": "",
    "SELECT \x00": "NUL",
    "SELECT " + "(" * 3000 + "1" + ")" * 3000: "nested too deeply",
    "SELECT " + "NOT " * 5000 + "true": "nested too deeply",
    "SELECT " + "1 + " * (MOST_CHARACTERS // 4) + "1": "longer than",
}


@pytest.mark.parametrize("statement", LET_THROUGH)
def test_let_through(statement: str) -> None:
    assert guarded(guarded(statement)) == guarded(statement)


@pytest.mark.parametrize(("statement", "problem"), REFUSED.items(), ids=range(len(REFUSED)))
def test_refused(statement: str, problem: str) -> None:
    with pytest.raises(QueryRefusedError) as caught:
        guarded(statement)
    assert problem in caught.value.problem
    assert len(caught.value.problem) < 300


def test_comments_do_not_reach_the_engine() -> None:
    assert guarded("SELECT /* one */ 1 -- two") == "SELECT 1"


def test_the_list_of_functions_has_none_that_reaches_out() -> None:
    reaching = (
        "read",
        "write",
        "copy",
        "glob",
        "env",
        "setting",
        "pragma",
        "duckdb",
        "pg_",
        "sleep",
        "query",
        "sql",
        "nextval",
        "current_s",
        "json",
    )
    assert [name for name in FUNCTIONS | TABLE_FUNCTIONS if any(part in name for part in reaching)] == []


TOKENS = """
SELECT FROM WHERE events page_views ( ) , * ; ' " $$ -- /* */ x count read_csv getenv WITH AS UNION VALUES [ ] { } : :: ->
. 1 1.5e9 NULL CASE WHEN END ? $1 @ # \\ OVER FILTER PIVOT ATTACH COPY DESCRIBE INTERVAL CAST EXTRACT IF MAP LAMBDA UNNEST
LATERAL JOIN ON USING LIMIT % é
"""
words = st.sampled_from([*TOKENS.split(), "\n", "\x00", "\ud800"])


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(words, max_size=25).map(" ".join), st.lists(words, max_size=12).map("".join)))
def test_any_text_is_refused_or_let_through_as_sql_that_would_be_let_through_again(text: str) -> None:
    try:
        allowed = guarded(text)
    except QueryRefusedError:
        return
    guarded(allowed)
