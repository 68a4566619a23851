"""A server that collects does not build millions of rows in its memory; without one, a command may have them."""

from typing import Any

import pytest

from tribute.app.operations import Operations
from tribute.app.parts import Parts
from tribute.kit.errors import InvalidInputError


def asked(operations: Operations, max_rows: int) -> Any:
    return operations.perform("sql", {"statement": "SELECT 1 AS a", "max_rows": max_rows, "max_seconds": 10.0}, lambda _: None)


def test_more_rows_than_a_server_has_room_for_are_refused(parts: Parts) -> None:
    serving = Operations(parts, most_rows=100)
    assert asked(serving, 100)["rows"] == [{"a": 1}]
    with pytest.raises(InvalidInputError, match=r"--max-rows: a running server answers with 100 rows at most"):
        asked(serving, 101)


def test_without_a_server_they_are_not(parts: Parts) -> None:
    assert asked(Operations(parts), 10_000_000)["rows"] == [{"a": 1}]
