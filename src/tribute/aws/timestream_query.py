"""Timestream's query API: statements in its dialect, paged as its clients page, seen only as far as the key sees."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import msgspec

from tribute.analytics.timestream.errors import TimestreamQueryError
from tribute.analytics.timestream.result import TimestreamLimits
from tribute.analytics.timestream.translate import described
from tribute.aws.call import Call, Operation
from tribute.aws.errors import AwsError, constraint, denied, invalid
from tribute.aws.timestream_pages import MOST_ROWS_A_PAGE, Page, Pages, Result
from tribute.aws.timestream_wire import column_info, rows_on_the_wire, type_info
from tribute.kit.clock import Clock
from tribute.reports.timestream import TimestreamRows

_T = TypeVar("_T")

_MOST_CHARACTERS = 262_144
_MOST_ROWS: Final = 100_000
"""Of a whole result: it is held in memory, in the process that collects."""
_MOST_RESULT_BYTES: Final = 32 * 1024 * 1024
_LIMITS: Final = TimestreamLimits(rows=_MOST_ROWS, seconds=30.0)
_MOST_WAITING: Final = 32


class _Query(msgspec.Struct, rename="pascal"):
    query_string: str
    next_token: str | None = None
    max_rows: int | None = None


class _PrepareQuery(msgspec.Struct, rename="pascal"):
    query_string: str


class _CancelQuery(msgspec.Struct, rename="pascal"):
    query_id: str


class TimestreamQueries:
    """Answers queries. Belongs to one event loop; `threads` do the work."""

    def __init__(self, rows: TimestreamRows, clock: Clock, threads: ThreadPoolExecutor) -> None:
        self._rows = rows
        self._pages = Pages(clock)
        self._threads = threads
        self._waiting = 0
        self.operations: Mapping[str, Operation] = {
            "Query": self._query,
            "PrepareQuery": self._prepare,
            "CancelQuery": self._cancel,
        }

    async def _query(self, call: Call) -> dict[str, Any]:
        _demand_reader(call, "Select")
        asked = call.read(_Query)
        _check_statement(asked.query_string)
        most_rows = MOST_ROWS_A_PAGE if asked.max_rows is None else asked.max_rows
        if not 1 <= most_rows <= MOST_ROWS_A_PAGE:
            raise constraint(most_rows, "maxRows", f"Member must have value between 1 and {MOST_ROWS_A_PAGE}")
        if asked.next_token is None:
            return _told(self._pages.first(await self._result(call, asked.query_string), most_rows))
        key = call.key.access_key_id
        return _told(self._pages.next(asked.next_token, access_key_id=key, statement=asked.query_string, most_rows=most_rows))

    async def _prepare(self, call: Call) -> dict[str, Any]:
        _demand_reader(call, "PrepareQuery")
        statement = call.read(_PrepareQuery).query_string
        _check_statement(statement)
        try:
            columns = await self._in_thread(lambda: described(statement))
        except TimestreamQueryError as error:
            raise invalid(error.problem) from error
        return {
            "QueryString": statement,
            "Columns": [{"Name": name, "Type": type_info(kind)} for name, kind in columns],
            "Parameters": [],
        }

    async def _cancel(self, call: Call) -> dict[str, Any]:
        _demand_reader(call, "CancelQuery")
        query_id = call.read(_CancelQuery).query_id
        dropped = self._pages.drop(query_id, access_key_id=call.key.access_key_id)
        return {"CancellationMessage": "The rest of the result was dropped." if dropped else "There is nothing left to cancel."}

    async def _result(self, call: Call, statement: str) -> Result:
        """A query's whole result. Raises AwsError."""
        if self._waiting >= _MOST_WAITING:
            raise AwsError("ThrottlingException", "Too many queries at once; try again in a moment.", 429)
        self._waiting += 1
        try:
            return await self._in_thread(lambda: self._ask(call, statement))
        except TimestreamQueryError as error:
            raise invalid(error.problem) from error
        finally:
            self._waiting -= 1

    def _ask(self, call: Call, statement: str) -> Result:
        found = self._rows.ask(call.key.caller, statement, _LIMITS)
        if found.truncated:
            raise invalid(f"The result has more than {_MOST_ROWS:,} rows; ask for less time, or add LIMIT.")
        rows = [msgspec.json.encode(row) for row in rows_on_the_wire([kind for _, kind in found.columns], found.rows)]
        if sum(map(len, rows)) > _MOST_RESULT_BYTES:
            raise invalid(f"The result has more than {_MOST_RESULT_BYTES:,} bytes; ask for less time or fewer columns.")
        return Result(call.key.access_key_id, statement, [column_info(*column) for column in found.columns], rows)

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _told(page: Page) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "QueryId": page.result.query_id,
        "ColumnInfo": page.result.columns,
        "Rows": page.rows,
        "QueryStatus": {"ProgressPercentage": 100.0 * page.share, "CumulativeBytesScanned": 0, "CumulativeBytesMetered": 0},
    }
    return answer if page.next_token is None else answer | {"NextToken": page.next_token}


def _check_statement(statement: str) -> None:
    if not 1 <= len(statement) <= _MOST_CHARACTERS:
        raise invalid(
            "1 validation error detected: Value at 'queryString' failed to satisfy constraint: "
            f"Member must have length between 1 and {_MOST_CHARACTERS}"
        )


def _demand_reader(call: Call, operation: str) -> None:
    if call.key.website_id is not None:
        raise denied(f"A website's key is not authorized to perform: timestream:{operation}; it only sends events.")
