"""What the ledger tells of money is replaced conversion by conversion, is kept over a rebuild, and adds up in the analytics."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.events import NOON, make_event
from tribute.analytics.clicks import MoneyFact
from tribute.analytics.definitions import DAY, HOUR, Grain, Metric
from tribute.analytics.dimensions import Dimension
from tribute.analytics.port import Batch, CodeRegistration, EventStore, RebuildableStore
from tribute.analytics.query import MONEY_METRICS, AnalyticsQuery, Period
from tribute.analytics.results import AnalyticsResult, shown
from tribute.kit.errors import InvalidInputError

TODAY = Period(NOON - 12 * HOUR, NOON + 12 * HOUR)
SALE = MoneyFact(
    conversion_id="c1",
    website_id="web_a",
    affiliate_id="aff_1",
    time=NOON,
    currency="USD",
    conversions=1,
    revenue_minor=10_001,
    commission_minor=5_001,
    link_slug="spring",
    landing_page="/start",
)


def asked(**asking: Any) -> AnalyticsQuery:
    told = {"metrics": MONEY_METRICS, "period": TODAY, "zone": ZoneInfo("UTC"), "currency": "USD", **asking}
    return AnalyticsQuery(**told)


def answer(store: EventStore, **asking: Any) -> AnalyticsResult:
    return store.analytics(asked(**asking))


def totals(store: EventStore, **asking: Any) -> list[int | float | None]:
    return list(shown(asked(**asking), answer(store, **asking).totals).values())


def tell(store: EventStore, *facts: MoneyFact) -> None:
    store.tell_money({facts[0].conversion_id: facts})


def click(store: EventStore, number: int, **fields: Any) -> None:
    store.register_codes([CodeRegistration("ada", "aff_1", NOON - 30 * DAY)])
    told = {"affiliate_ref": "ada", "click_id": f"k{number}", "is_click": True, "link_slug": "spring", **fields}
    store.load(Batch([make_event(f"m{number}", **told)], []))


def test_amounts_are_in_the_main_unit_and_ratios_are_of_the_sums(event_store: EventStore) -> None:
    tell(event_store, SALE)
    assert totals(event_store) == [1, 100.01, 50.01, None, None]
    for number in range(3):
        click(event_store, number)
    assert totals(event_store) == [1, 100.01, 50.01, 16.67, 1 / 3]


def test_telling_again_replaces_and_telling_nothing_removes(event_store: EventStore) -> None:
    tell(event_store, SALE, replace(SALE, conversions=0, revenue_minor=-10_001, commission_minor=-5_001))
    assert totals(event_store) == [1, 0, 0, None, None]
    tell(event_store, SALE)
    tell(event_store, SALE)
    tell(event_store, replace(SALE, conversion_id="c2"))
    assert totals(event_store) == [2, 200.02, 100.02, None, None]
    event_store.tell_money({"c1": [], "c9": []})
    assert totals(event_store) == [1, 100.01, 50.01, None, None]


def test_a_fact_under_another_conversions_id_is_refused(event_store: EventStore) -> None:
    with pytest.raises(ValueError, match="own conversion"):
        event_store.tell_money({"c2": [SALE]})
    assert totals(event_store) == [0, 0, 0, None, None]


def test_other_currencies_are_named_and_their_conversions_count(event_store: EventStore) -> None:
    yen = replace(SALE, conversion_id="c2", currency="JPY", revenue_minor=700, commission_minor=350)
    lead = replace(SALE, conversion_id="c3", currency="EUR", revenue_minor=0, commission_minor=0)
    elsewhere = replace(SALE, conversion_id="c4", currency="SEK", time=NOON - 30 * DAY)
    event_store.tell_money({fact.conversion_id: [fact] for fact in (SALE, yen, lead, elsewhere)})
    assert totals(event_store) == [3, 100.01, 50.01, None, None]
    assert answer(event_store).other_currencies == ("JPY",)
    assert totals(event_store, currency="JPY") == [3, 700, 350, None, None]
    assert answer(event_store, currency=None, metrics=[Metric.CONVERSIONS]).other_currencies == ()


def test_money_stands_where_its_click_does(event_store: EventStore) -> None:
    click(event_store, 1)
    tell(event_store, SALE)
    tell(event_store, replace(SALE, conversion_id="c2", affiliate_id=None, link_slug=None, landing_page=None, commission_minor=0))

    def rows(dimension: Dimension, metrics: Sequence[Metric] = (Metric.REVENUE, Metric.CLICKS)) -> dict[str | None, list[int]]:
        return {row.value: list(row.totals.values()) for row in answer(event_store, dimension=dimension, metrics=metrics).rows}

    assert rows(Dimension.LINK) == {"spring": [10_001, 1], None: [10_001, 0]}
    assert rows(Dimension.PATH) == {"/start": [10_001, 0], None: [10_001, 1]}
    assert rows(Dimension.AFFILIATE, [Metric.COMMISSIONS]) == {"aff_1": [5_001], None: [0]}
    assert totals(event_store, affiliate_id="aff_1") == [1, 100.01, 50.01, 50.01, 1.0]


def test_rows_without_clicks_come_last_by_a_ratio(event_store: EventStore) -> None:
    for number, link in enumerate(["rich", "poor", "poor"]):
        click(event_store, number, link_slug=link)
    for link in ("rich", "poor", "bare"):
        tell(event_store, replace(SALE, conversion_id=link, link_slug=link))
    found = answer(event_store, metrics=[Metric.EPC], dimension=Dimension.LINK)
    assert [row.value for row in found.rows] == ["rich", "poor", "bare"]


def test_a_reversal_lies_in_its_own_bucket(event_store: EventStore) -> None:
    tell(event_store, SALE, replace(SALE, time=NOON + HOUR, conversions=0, revenue_minor=-4_000, commission_minor=-2_000))
    period = Period(NOON, NOON + 2 * HOUR)
    buckets = answer(event_store, period=period, grain=Grain.HOUR, metrics=[Metric.CONVERSIONS, Metric.COMMISSIONS]).series
    assert [list(bucket.figures.values()) for bucket in buckets] == [[1, 5_001], [0, -2_000]]


def test_a_new_store_is_not_told_everything(open_event_store: Callable[[], RebuildableStore]) -> None:
    store = open_event_store()
    assert not store.has_money()
    store.mark_money_complete()
    store.mark_money_complete()
    store.close()
    store = open_event_store()
    assert store.has_money()
    tell(store, SALE)
    store.forget_money()
    assert not store.has_money()
    assert totals(store) == [0, 0, 0, None, None]


@pytest.mark.parametrize("complete", [True, False])
def test_a_rebuild_keeps_the_facts_and_the_mark(open_event_store: Callable[[], RebuildableStore], *, complete: bool) -> None:
    store = open_event_store()
    tell(store, SALE)
    if complete:
        store.mark_money_complete()
    beside = store.new_beside()
    tell(store, replace(SALE, conversion_id="c2"))
    store.replace_with(beside)
    store.close()
    store = open_event_store()
    assert store.has_money() is complete
    assert totals(store) == [2, 200.02, 100.02, None, None]


@pytest.mark.parametrize("metric", [Metric.REVENUE, Metric.COMMISSIONS, Metric.EPC])
def test_amounts_need_a_currency_that_exists(metric: Metric) -> None:
    with pytest.raises(InvalidInputError) as refused:
        asked(metrics=[metric], currency=None)
    assert refused.value.field == "currency"
    with pytest.raises(InvalidInputError):
        asked(metrics=[metric], currency="XXQ")
    assert asked(metrics=[Metric.CONVERSION_RATE], currency=None).parts == (Metric.CONVERSIONS, Metric.CLICKS)
