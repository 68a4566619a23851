"""A window that is read again, because a late page view came into its first bucket, does not push a longer one out of memory."""

from pathlib import Path

from tests.support.event_stores import open_duckdb
from tests.support.events import NOON, make_event
from tribute.analytics.definitions import DAY, HOUR, Metric, TimeWindow
from tribute.analytics.port import Batch, SeriesQuery


def test_the_year_is_still_kept_after_the_month_was_read_again(tmp_path: Path) -> None:
    year, month = (
        SeriesQuery(Metric.PAGE_VIEWS, window.until(NOON), window.grain) for window in (TimeWindow.LAST_365_DAYS, TimeWindow.LAST_30_DAYS)
    )
    store = open_duckdb(tmp_path)
    try:
        store.load(Batch([make_event("m1", NOON - 200 * DAY), make_event("m2", NOON, seq=2)], []))
        store.series(month)
        store.series(year)
        store.load(Batch([make_event("m3", NOON - 30 * DAY + HOUR, seq=3)], []))

        assert [point.value for point in store.series(month)] == [1, 1]
        kept = store._kept.answer(year)
        assert kept is not None
        assert [point.value for point in kept] == [1, 1, 1]
    finally:
        store.close()
