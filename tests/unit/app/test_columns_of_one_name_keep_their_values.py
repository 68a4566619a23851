"""SQL may answer with several columns of one name: each keeps its values under a name of its own, the same in every form."""

import base64
import csv
import io
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.cli import Tribute
from tribute.analytics.port import SqlResult
from tribute.app.operations import Operations
from tribute.app.parts import Parts
from tribute.app.tables import as_json_rows, as_parquet, with_distinct_columns

STATEMENT = "SELECT 1 AS a, 2 AS a_1, 3 AS a, 4 AS b, 5 AS a"
NAMED = {"a": 1, "a_1": 2, "a_2": 3, "b": 4, "a_3": 5}


def asked(parts: Parts, **arguments: Any) -> Any:
    call = {"statement": STATEMENT, "max_rows": 10, "max_seconds": 10.0} | arguments
    return Operations(parts).perform("sql", call, lambda _: None)


def test_as_rows(parts: Parts) -> None:
    assert asked(parts) == {"columns": list(NAMED), "rows": [NAMED], "truncated": False}


def test_as_parquet(parts: Parts) -> None:
    file = io.BytesIO(base64.b64decode(asked(parts, parquet=True)["parquet"]))
    assert pq.read_table(file).to_pylist() == [NAMED]


@pytest.mark.parametrize("form", ["csv", "table"])
def test_as_printed(parts: Parts, form: str) -> None:
    parts.close()
    printed = Tribute(parts.settings.home)("sql", STATEMENT, "--format", form).out
    rows = list(csv.reader(io.StringIO(printed))) if form == "csv" else [line.split() for line in printed.splitlines()]
    assert rows == [list(NAMED), [str(value) for value in NAMED.values()]]


@given(st.lists(st.sampled_from(["a", "a_1", "a_2", "a_1_1", "b", ""])))
def test_names_are_distinct_and_those_that_were_stay(columns: list[str]) -> None:
    result = with_distinct_columns(SqlResult(columns, [range(len(columns))], truncated=False))
    assert len(set(result.columns)) == len(columns)
    assert set(columns) <= set(result.columns)
    assert list(as_json_rows(result)[0].values()) == list(range(len(columns)))
    assert as_parquet(result)
