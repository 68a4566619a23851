"""A store with a few page views, and asking it in Timestream's SQL. For the tests of the dialect."""

from datetime import timedelta
from typing import Any

from tests.support.events import NOON, make_event
from tribute.analytics.port import Batch, CodeRegistration, Directory, EventStore
from tribute.analytics.timestream.result import TimestreamLimits, TimestreamQuery, TimestreamResult
from tribute.events.derived import BotMark, DerivedEvent

TABLE = '"WebAnalyticsDb"."PageViewsTable"'
CODES = (CodeRegistration("ada", "aff_1", NOON - timedelta(days=60)), CodeRegistration("bob", "aff_2", NOON - timedelta(days=60)))
DIRECTORY = Directory({"web_a": "Course A", "web_b": "Course B"}, {"aff_1": "ada", "aff_2": "bob"})


def fill(store: EventStore) -> None:
    """Page views of two affiliates and of nobody on two websites, and what does not count."""
    store.register_codes(CODES)
    store.register_directory(DIRECTORY)
    store.load(Batch(_events(), []))


def _events() -> list[DerivedEvent]:
    def ago(**span: float) -> Any:
        return NOON - timedelta(**span)

    return [
        make_event("a1", ago(hours=1), affiliate_ref="ada", path="/a", country="DE", visitor_id="v1"),
        make_event("a2", ago(hours=1), affiliate_ref="ada", path="/b", country="FR", visitor_id="v2"),
        make_event("a3", ago(days=2), affiliate_ref="ada", path="/a", website_id="web_b", visitor_id="v1", value=5),
        make_event("a4", ago(days=30), affiliate_ref="ada", path="/old", visitor_id="v3"),
        make_event("b1", ago(hours=2), affiliate_ref="bob", path="/a", visitor_id="v4"),
        make_event("n1", ago(hours=3), path="/n", visitor_id=None, visitor_kind=None),
        make_event("a1", ago(hours=1), affiliate_ref="ada", received_at=ago(minutes=1)),
        make_event("bot", ago(hours=1), affiliate_ref="ada", bot=BotMark.CRAWLER),
        make_event("track", ago(hours=1), affiliate_ref="ada", type="track", name="Bought"),
    ]


def ask(store: EventStore, statement: str, affiliate_id: str | None = None, limits: TimestreamLimits | None = None) -> TimestreamResult:
    """A statement's result at NOON."""
    return store.timestream(TimestreamQuery(statement, affiliate_id, NOON, limits or TimestreamLimits()))


def rows(store: EventStore, statement: str, affiliate_id: str | None = None) -> list[list[Any]]:
    """Its rows."""
    return [list(row) for row in ask(store, statement, affiliate_id).rows]
