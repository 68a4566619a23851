"""What is derived into columns is, field by field, what is derived by itself; and the store is told the same of both."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.records import RECEIVED_AT, record
from tribute.events.derive import WebsiteRules, derive, derive_row
from tribute.events.derived import DerivedEvent
from tribute.events.rows import OWN, SHARED, DerivedRows, latest_time
from tribute.store.duckdb.columns import event_table

RULES = WebsiteRules("course.example")
URLS = st.sampled_from([None, "", "https://course.example/a?via=ada&sub=s1", "https://www.course.example/b", "/c?tid=t1&ref=Eve", 7, ["x"]])
PAGES = st.fixed_dictionaries({}, optional={"url": URLS, "tab_url": URLS, "referrer": URLS, "path": URLS, "title": URLS})
EVENTS = st.fixed_dictionaries(
    {"context": st.fixed_dictionaries({"page": PAGES}), "properties": PAGES},
    optional={"anonymousId": st.sampled_from(["v1", "v2"]), "originalTimestamp": st.just("2026-11-23T11:00:00Z")},
)
TYPES = st.sampled_from(["page", "track", "click"])


def test_every_field_of_an_event_stands_in_a_row_once() -> None:
    told = [*OWN, *(name for names in SHARED.values() for name in names), "derivation"]
    assert sorted(told) == sorted(DerivedEvent.__struct_fields__)


@given(st.lists(st.tuples(EVENTS, TYPES), min_size=1, max_size=8))
def test_rows_in_columns_are_the_events_they_stand_for(told: list[tuple[dict[str, object], str]]) -> None:
    records = [record(event, type=kind, message_id=f"m{at}", sent_at="2026-11-23T12:00:00Z") for at, (event, kind) in enumerate(told)]
    events = [derive(each, RULES) for each in records]
    rows = DerivedRows()
    for each in records:
        rows.append(derive_row(each, RULES))
    assert list(rows) == events
    assert list(rows[1:]) == events[1:]
    assert latest_time(rows) == latest_time(events)
    assert event_table(rows).equals(event_table(events))


def test_what_only_repeats_the_address_changes_no_event() -> None:
    """A page is remembered by what its texts tell beyond each other, which must never make two of them one."""
    ours, other = "https://course.example/a?via=ada", "https://course.example/b?via=eve"
    told = ((ours, ours, ours, ours), (ours, ours, ours, other), (ours, None, None, other), (None, "", ours, other))
    seen = [
        derive(record({"properties": {"url": url, "tab_url": tab}, "context": {"page": {"url": canonical, "tab_url": page_tab}}}), RULES)
        for url, tab, canonical, page_tab in told
    ]
    assert [event.path for event in seen] == ["/a", "/a", "/b", "/b"]
    assert {event.received_at for event in seen} == {RECEIVED_AT}
