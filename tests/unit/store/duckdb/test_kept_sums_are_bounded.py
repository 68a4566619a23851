"""Memory for sums that were asked for is bounded: the affiliate who was not asked about for the longest is forgotten first."""

from pathlib import Path

from tests.support.event_stores import open_duckdb
from tests.support.events import NOON, make_event
from tribute.analytics.definitions import DAY, Metric, TimeWindow
from tribute.analytics.port import Batch, CodeRegistration, SeriesQuery
from tribute.store.duckdb.kept import KeptSums


def test_the_affiliate_not_asked_about_the_longest_is_forgotten(tmp_path: Path) -> None:
    store = open_duckdb(tmp_path)
    try:
        store.register_codes([CodeRegistration(code, f"aff_{code}", NOON - DAY) for code in ("ada", "eva")])
        store.load(Batch([make_event(code, NOON, affiliate_ref=code) for code in ("ada", "eva")], []))
        span, grain = TimeWindow.LAST_24_HOURS.until(NOON), TimeWindow.LAST_24_HOURS.grain
        ada, eva = (SeriesQuery(Metric.PAGE_VIEWS, span, grain, affiliate_id=f"aff_{code}") for code in ("ada", "eva"))
        kept = KeptSums(NOON, most_points=3)  # an affiliate has two: page views and visitors of one hour
        for query in (ada, eva):
            with store._reader() as connection:
                kept.read(connection, query)
        assert kept.answer(ada) is None
        assert kept.answer(eva) == store.series(eva) != []
    finally:
        store.close()
