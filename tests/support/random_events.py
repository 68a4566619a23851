"""Random events that meet each other: few ids, times around a few moments, late copies, codes registered before and after.

Used by the properties that compare an event store with a recount.
"""

from datetime import timedelta

from hypothesis import strategies as st

from tests.support.events import NOON, make_event
from tribute.analytics.definitions import DAY
from tribute.analytics.dimensions import Dimension
from tribute.analytics.port import CodeRegistration
from tribute.events.derived import BotMark, Channel, DerivedEvent, VisitorKind
from tribute.events.orders import OrderKind

CODES = [
    CodeRegistration("ada", "aff_1", NOON - 3 * DAY),
    CodeRegistration("eva", "aff_2", NOON + 5 * DAY),
    CodeRegistration("aff_1", "aff_1", NOON),
]
MIDDLES = [NOON, *(NOON.replace(month=month, day=day) for month, day in ((3, 8), (3, 29), (4, 4), (10, 3), (10, 25), (11, 1)))]

some_time = st.builds(
    lambda middle, offset: middle + offset,
    st.shared(st.sampled_from([NOON, NOON, *MIDDLES]), key="middle"),  # one for all, so that questions meet events
    st.one_of(st.timedeltas(timedelta(hours=-40), timedelta(hours=40)), st.sampled_from([timedelta(0), timedelta(minutes=59)])),
)
VALUES = {
    Dimension.WEBSITE: ["web_a", "web_b"],
    Dimension.AFFILIATE: ["aff_1", "aff_2", None],
    Dimension.LINK: ["go", None],
    Dimension.SUB_ID: ["mail", "blog", None],
    Dimension.CHANNEL: [*Channel, None],
}
OTHER_VALUES = ["x", "y", "<b>", None]


@st.composite
def events(draw: st.DrawFn) -> DerivedEvent:
    at = draw(some_time)
    received_at = at + draw(st.sampled_from([timedelta(0), timedelta(hours=2), timedelta(days=6), timedelta(days=8)]))
    is_click = draw(st.booleans())
    kind = draw(st.sampled_from(["page", "page", "page", "click", "track"]))
    told = {
        name: draw(st.sampled_from(OTHER_VALUES))
        for name in ("referrer_host", "path", *(f"utm_{each}" for each in ("source", "medium", "campaign", "term", "content")))
    } | {name: draw(st.sampled_from(OTHER_VALUES)) for name in ("country", "device", "browser", "os")}
    order_kind = draw(st.sampled_from([*OrderKind, None])) if kind == "track" else None
    return make_event(
        draw(st.sampled_from([f"m{number}" for number in range(30)])),
        at,
        received_at=received_at,
        accepted_at=received_at + draw(st.sampled_from([timedelta(0), timedelta(days=4)])),
        website_id=draw(st.sampled_from(["web_a", "web_b"])),
        spool=draw(st.sampled_from(["s1", "s2"])),
        seq=draw(st.integers(0, 10_000)),
        visitor_id=draw(st.sampled_from(["v1", "v2", "v3", None])),
        visitor_kind=draw(st.sampled_from([VisitorKind.ANONYMOUS, VisitorKind.COOKIELESS])),
        affiliate_ref=draw(st.sampled_from(["ada", "ada", "eva", "aff_1", "nobody", None])),
        type=kind,
        bot=draw(st.sampled_from([None, None, None, BotMark.CRAWLER])),
        value=draw(st.sampled_from([1, 1, 3])),
        revision=draw(st.sampled_from([0, 0, 0, 1, 2])),
        click_id=draw(st.sampled_from(["k1", "k1", "k2", None])),
        is_click=is_click,
        link_slug=draw(st.sampled_from(VALUES[Dimension.LINK])),
        sub_id=draw(st.sampled_from(VALUES[Dimension.SUB_ID])),
        is_landing=draw(st.booleans()),
        channel=draw(st.sampled_from([*Channel, None])),
        order_kind=order_kind,
        order_id=draw(st.sampled_from(["o1", "o2"])) if order_kind else None,
        order_amount_minor=draw(st.sampled_from([None, 0, 1999])) if order_kind else None,
        order_currency=draw(st.sampled_from([None, "USD"])) if order_kind else None,
        **told,
    )
