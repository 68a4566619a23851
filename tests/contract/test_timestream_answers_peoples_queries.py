"""Queries of the kinds that people run on Timestream: each gives the right answer, or is refused with a place."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.event_stores import EVENT_STORE_ENGINES
from tests.support.timestream import TABLE, fill, rows
from tests.support.timestream_corpus import CORPUS, PeoplesQuery
from tribute.analytics.port import EventStore
from tribute.analytics.timestream.errors import TimestreamQueryError


@pytest.fixture(scope="module", params=sorted(EVENT_STORE_ENGINES))
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EventStore]:
    folder: Path = tmp_path_factory.mktemp("store")
    opened = EVENT_STORE_ENGINES[request.param](folder)
    fill(opened)
    yield opened
    opened.close()


@pytest.mark.parametrize("query", CORPUS, ids=lambda query: query.kind)
def test_a_query_is_answered_or_refused(store: EventStore, query: PeoplesQuery) -> None:
    statement = query.sql.replace("{table}", TABLE)
    if query.refused is not None:
        with pytest.raises(TimestreamQueryError) as caught:
            rows(store, statement)
        assert query.refused in caught.value.problem
        assert caught.value.line is not None
        return
    assert query.rows is not None
    assert sorted(map(repr, rows(store, statement))) == sorted(map(repr, query.rows))
