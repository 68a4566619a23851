"""Whatever is asked, by REST or GraphQL, is answered or refused with a reason; nothing a client says is a fault of ours."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support.portal import NOW, Client, Portal
from tribute.rest.asking import COMPARISONS, DIMENSIONS, GRAINS, METRICS, PARAMETERS, WINDOWS

words = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [*METRICS, *WINDOWS, *GRAINS, *DIMENSIONS, *COMPARISONS, "UTC", "Asia/Kathmandu", "csv", "2026-11-22", "0001-01-01", "9999-12-31"]
    ),
    st.sampled_from(["-1", "1e9", "\x00", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "' OR 1=1", "{}", "[]", "1" * 400]),
)
names = st.one_of(
    st.sampled_from([parameter.name for parameter in PARAMETERS]), st.sampled_from([f"filter[{name}]" for name in DIMENSIONS]), words
)
SENSIBLE = {
    "metrics": ["PageViews", "Visitors", "Clicks"],
    "window": ["Last24Hours", "Last365Days", None],
    "from": ["2026-11-01", "2021-01-01T00:00:00+05:45", "1969-01-01", None],
    "to": ["2026-11-22", "2026-11-22T23:59", None],
    "zone": ["UTC", "Australia/Lord_Howe"],
    "grain": ["Hour", "Day", "Week", "Month", None],
    "by": ["Website", "Path", "Link", "Affiliate", None],
    "compare": ["PreviousPeriod", "PreviousYear", None],
    "top": [1, 1000, 0, -1, 2**31 - 1],
    "rowSeries": [True, False],
    "affiliate": ["ada", "nobody", None],
}
FIELDS = (
    "totals { pageViews visitors clicks } series { start } rows { value series { start } } others { value } identification { visitors }"
)


@pytest.fixture
def clients(portal: Portal) -> list[Client]:
    """An affiliate's and an owner's."""
    course, ada = portal.add_website("Course", "course.example"), portal.add_affiliate()
    portal.page_views(course, "ada", [NOW] * 3)
    return [portal.client(x_api_key=portal.token(ada.id)), portal.client(x_api_key=portal.token(None))]


quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@quick
@given(parameters=st.lists(st.tuples(names, words), max_size=6), sane=st.booleans())
@example(parameters=[("metrics", "page_views"), ("from", "2026-11-01"), ("to", "2026-11-01\x00")], sane=False)
def test_any_address_is_answered(clients: list[Client], parameters: list[tuple[str, str]], sane: bool) -> None:
    if sane:
        parameters = [("metrics", "page_views,visitors,clicks"), ("window", "7d"), *parameters]
    for client in clients:
        answer = client.get("/api/v1/analytics", params=parameters)
        assert answer.status_code in {200, 400, 403}, answer.text
        if answer.status_code != 200:
            assert answer.json()["error"]["message"]


@quick
@given(st.data())
def test_any_input_is_answered(clients: list[Client], data: st.DataObject) -> None:
    asked: dict[str, Any] = {
        name: data.draw(st.sampled_from(values)) if data.draw(st.integers(0, 9)) else data.draw(st.one_of(words, st.integers(), st.none()))
        for name, values in SENSIBLE.items()
        if name != "metrics" and data.draw(st.booleans())
    }
    asked["metrics"] = data.draw(st.lists(st.sampled_from(SENSIBLE["metrics"]), max_size=3))
    asked["filters"] = data.draw(
        st.lists(st.fixed_dictionaries({"by": st.sampled_from(["Path", "Website"]), "in": st.lists(words, max_size=3)}), max_size=2)
    )
    for client in clients:
        body = client.graphql(f"query ($input: AnalyticsInput!) {{ analytics(input: $input) {{ {FIELDS} }} }}", input=asked)
        for error in body.get("errors", []):
            assert error["errorType"] in {"BadRequestException", "Unauthorized", "ValidationError"}, error
