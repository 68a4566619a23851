"""Every function of Timestream's SQL, on every engine, against answers that were written by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.event_stores import EVENT_STORE_ENGINES
from tests.support.events import NOON
from tests.support.timestream_cases import FUNCTION_CASES, FunctionCase
from tribute.analytics.port import EventStore
from tribute.analytics.timestream.errors import TimestreamQueryError
from tribute.analytics.timestream.functions import EVERY
from tribute.analytics.timestream.result import TimestreamQuery
from tribute.analytics.timestream.written import written


@pytest.fixture(scope="module", params=sorted(EVENT_STORE_ENGINES))
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EventStore]:
    folder: Path = tmp_path_factory.mktemp("store")
    opened = EVENT_STORE_ENGINES[request.param](folder)
    yield opened
    opened.close()


@pytest.mark.parametrize("case", FUNCTION_CASES, ids=lambda case: f"{case.function}: {case.expression[:60]}")
def test_a_function_answers_as_documented(store: EventStore, case: FunctionCase) -> None:
    query = TimestreamQuery(f"SELECT {case.expression}", None, NOON)
    if case.refused:
        with pytest.raises(TimestreamQueryError) as caught:
            store.timestream(query)
        assert str(case.answer) in caught.value.problem
        return
    result = store.timestream(query)
    [(_, kind)] = result.columns
    assert (str(kind), [written(value, kind) for [value] in result.rows]) == (case.type, [case.answer])


def test_no_function_is_without_its_test() -> None:
    assert {case.function for case in FUNCTION_CASES if not case.refused} == EVERY
