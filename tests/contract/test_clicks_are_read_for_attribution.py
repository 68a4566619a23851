"""Which clicks a visitor has when an order is decided, and whose browser told of the order."""

from datetime import timedelta

from tests.support.events import NOON, make_event
from tribute.analytics.clicks import Click, ClicksAsked, OrderHintSeen
from tribute.analytics.definitions import DAY, HOUR, Span
from tribute.analytics.port import Batch, CodeRegistration, EventStore, RebuildableStore
from tribute.events.derived import BotMark, DerivedEvent, VisitorKind
from tribute.events.orders import OrderHint, OrderKind

SECOND = timedelta(seconds=1)
CODES = [CodeRegistration("ada", "aff_1", NOON - 30 * DAY), CodeRegistration("eva", "aff_2", NOON - 30 * DAY)]
LATER = NOON + 30 * DAY
EVERYTHING = Span(NOON - 400 * DAY, NOON + 400 * DAY)


def redirect(**fields: object) -> DerivedEvent:
    told = {"type": "click", "visitor_id": None, "visitor_kind": None, "affiliate_ref": "ada", "click_id": "k1", "is_click": True, "seq": 7}
    return make_event("redirect", **(told | fields))


def landing(**fields: object) -> DerivedEvent:
    told = {"affiliate_ref": "ada", "click_id": "k1", "is_click": True, "is_landing": True, "path": "/start", "at": NOON + SECOND}
    return make_event("landing", **(told | fields))


def clicks(
    store: EventStore, visitor_id: str | None = "v1", click_id: str | None = None, websites: tuple[str, ...] = ("web_a",)
) -> list[Click]:
    store.register_codes(CODES)
    [found] = store.clicks_for([ClicksAsked(visitor_id, click_id, websites, LATER)])
    return found


def load(store: EventStore, *events: DerivedEvent) -> None:
    store.load(Batch(events, []))


def test_a_redirect_is_the_visitors_whose_landing_carries_its_id(event_store: EventStore) -> None:
    load(event_store, redirect(link_slug="spring"), landing(country="SE"))
    assert clicks(event_store) == [
        Click(
            click_id="k1",
            website_id="web_a",
            visitor_id="v1",
            time=NOON,
            code="ada",
            affiliate_id="aff_1",
            link_slug="spring",
            landing_page="/start",
            country="SE",
        )
    ]
    assert clicks(event_store, "v2") == []


def test_any_later_event_ties_a_visitor_to_a_click(event_store: EventStore) -> None:
    load(event_store, redirect(), make_event("later", NOON + 3 * DAY, type="track", visitor_id="v2", click_id="k1"))
    assert [click.click_id for click in clicks(event_store, "v2")] == ["k1"]


def test_what_was_accepted_later_ties_nobody(event_store: EventStore) -> None:
    load(event_store, redirect(), make_event("later", type="track", click_id="k1", accepted_at=NOON + 3 * DAY))
    assert [event_store.clicks_for([ClicksAsked("v1", None, ("web_a",), NOON + days * DAY)]) != [[]] for days in (1, 3)] == [False, True]


def test_a_named_click_is_found_without_a_visitor(event_store: EventStore) -> None:
    load(event_store, redirect())
    [found] = clicks(event_store, None, "k1")
    assert (found.click_id, found.visitor_id) == ("k1", None)
    assert clicks(event_store, None, "k2") == []


def test_unknown_codes_are_told(event_store: EventStore) -> None:
    load(event_store, landing(affiliate_ref="adda"))
    [found] = clicks(event_store)
    assert (found.code, found.affiliate_id) == ("adda", None)


def test_a_code_registered_later_gives_the_click_to_its_affiliate(event_store: EventStore) -> None:
    load(event_store, landing(affiliate_ref="late"))
    event_store.register_codes([CodeRegistration("late", "aff_3", NOON)])
    assert [found.affiliate_id for found in clicks(event_store)] == ["aff_3"]


def test_bots_cookieless_visitors_and_other_websites_have_none(event_store: EventStore) -> None:
    load(
        event_store,
        landing(bot=BotMark.PREFETCH),
        make_event("day", visitor_id="c1", visitor_kind=VisitorKind.COOKIELESS, affiliate_ref="ada", click_id="k2", is_click=True),
        make_event("other", website_id="web_b", affiliate_ref="ada", click_id="k3", is_click=True),
    )
    assert clicks(event_store) == []
    assert clicks(event_store, "c1") == []
    assert [found.visitor_id for found in clicks(event_store, None, "k2")] == [None]
    assert [found.click_id for found in clicks(event_store, websites=("web_a", "web_b"))] == ["k3"]


def test_an_import_of_what_was_tracked_takes_no_click_from_a_decided_order(event_store: EventStore) -> None:
    decided = NOON + DAY
    event_store.register_codes(CODES)
    load(event_store, landing())
    asked = [ClicksAsked("v1", None, ("web_a",), decided)]
    before = event_store.clicks_for(asked)
    load(event_store, landing(received_at=NOON + SECOND, accepted_at=NOON + 20 * DAY, spool="import"))
    assert event_store.counts()["duplicates"] == 1
    assert event_store.clicks_for(asked) == before != [[]]


def test_many_questions_are_answered_each_by_itself(event_store: EventStore) -> None:
    load(event_store, *(make_event(f"m{n}", visitor_id=f"v{n}", affiliate_ref="ada", click_id=f"k{n}", is_click=True) for n in range(40)))
    asked = [ClicksAsked(f"v{n}", f"k{n + 1}", ("web_a",), LATER) for n in range(40)]
    event_store.register_codes(CODES)
    assert [[click.click_id for click in found] for found in event_store.clicks_for(asked)] == [
        *(sorted([f"k{n}", f"k{n + 1}"]) for n in range(39)),
        ["k39"],
    ]
    assert event_store.clicks_for([]) == []


def order(message_id: str, **fields: object) -> DerivedEvent:
    told = {"type": "track", "name": "Order Completed", "order_kind": OrderKind.COMPLETED, "order_id": "o1", "order_currency": "USD"}
    return make_event(message_id, **(told | {"order_amount_minor": 1999} | fields))


def test_hints_are_told_newest_first_and_once(event_store: EventStore) -> None:
    refund = order("m2", at=NOON + HOUR, order_kind=OrderKind.REFUNDED, order_amount_minor=None, order_currency=None)
    load(event_store, order("m1"), order("m1", seq=2), refund, order("m3", bot=BotMark.CRAWLER))
    hint = OrderHint(kind=OrderKind.COMPLETED, order_id="o1", amount_minor=1999, currency="USD")
    completed = OrderHintSeen("web_a", "v1", NOON, NOON + SECOND, NOON + SECOND, hint)
    found = event_store.order_hints(EVERYTHING, 10)
    assert [seen.hint.kind for seen in found] == [OrderKind.REFUNDED, OrderKind.COMPLETED]
    assert found[1] == completed
    assert event_store.order_hints(EVERYTHING, 1) == found[:1]
    assert event_store.order_hints(EVERYTHING, 10, ["web_b"]) == []


def test_a_hint_gives_way_to_a_copy_that_was_received_earlier(event_store: EventStore) -> None:
    load(event_store, order("m1", received_at=NOON + HOUR))
    load(event_store, order("m1", received_at=NOON + SECOND, order_id="o2"))
    assert [seen.hint.order_id for seen in event_store.order_hints(EVERYTHING, 10)] == ["o2"]


def test_the_visitor_of_an_order_is_the_first_who_told_of_it(event_store: EventStore) -> None:
    load(
        event_store,
        order("m1", at=NOON + HOUR, visitor_id="second"),
        order("m2", visitor_id="first"),
        order("m3", at=NOON - HOUR, visitor_id="c1", visitor_kind=VisitorKind.COOKIELESS),
        order("m4", at=NOON - HOUR, visitor_id="v9", order_kind=OrderKind.REFUNDED),
        order("m5", order_id="o2", visitor_id=None, visitor_kind=None),
    )
    asked = [("web_a", "o1", LATER), ("web_a", "o2", LATER), ("web_b", "o1", LATER), ("web_a", "o1", NOON)]
    assert event_store.visitors_of_orders(asked) == ["first", None, None, None]


def test_clicks_and_orders_survive_a_rebuild(event_store: RebuildableStore) -> None:
    told = [redirect(), landing(), order("m1")]
    load(event_store, *told)
    before = clicks(event_store), event_store.order_hints(EVERYTHING, 10)
    beside = event_store.new_beside()
    beside.register_codes(CODES)
    beside.load(Batch(told, [], defer_aggregates=True))
    beside.refresh_aggregates()
    event_store.replace_with(beside)
    assert (clicks(event_store), event_store.order_hints(EVERYTHING, 10)) == before
