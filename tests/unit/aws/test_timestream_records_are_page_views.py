"""A Timestream record becomes the event that a tracker would have sent, or is rejected with a reason; never anything in between."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.aws.timestream_records import PageViews, RejectedError, WireRecord, merged, page_views
from tribute.events.derive import WebsiteRules, derive
from tribute.events.derived import DerivedEvent
from tribute.events.record import place_record, record_decoder

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
AT = str(int((NOW - timedelta(hours=1)).timestamp() * 1000))

texts = st.text(max_size=20)
records = st.fixed_dictionaries(
    {},
    optional={
        "Dimensions": st.lists(
            st.fixed_dictionaries(
                {
                    "Name": st.sampled_from(["website", "url", "host", "path", "visitor_id", "country", "ip", "message_id", "x"]),
                    "Value": texts,
                }
            ),
            max_size=4,
        ),
        "MeasureName": st.sampled_from(["page_view", "PageViews", "cpu", ""]),
        "MeasureValue": st.one_of(st.sampled_from(["1", "7", "-1", "1.0", "1e3", "nan", "inf", "1_0", "٣", "9" * 30]), texts),
        "MeasureValueType": st.sampled_from(["BIGINT", "DOUBLE", "VARCHAR", "MULTI", "TIMESTAMP"]),
        "Time": st.one_of(st.just(AT), st.sampled_from(["0", "-1", "９", "9" * 40, "1.5"]), texts),
        "TimeUnit": st.sampled_from(["SECONDS", "MILLISECONDS", "MICROSECONDS", "NANOSECONDS", "DAYS"]),
        "Version": st.integers(-(2**70), 2**70).filter(lambda number: abs(number) < 2**63),
    },
)


def wire(**fields: Any) -> WireRecord:
    dimensions = [{"Name": name, "Value": value} for name, value in fields.pop("dimensions", {}).items()]
    told = {"Dimensions": dimensions, "MeasureName": "page_view", "MeasureValue": "1", "MeasureValueType": "BIGINT", "Time": AT}
    return msgspec.convert(told | fields, WireRecord)


def views(**fields: Any) -> PageViews:
    return page_views(wire(**fields), NOW)


def derived(told: PageViews) -> DerivedEvent:
    return derive(record_decoder.decode(place_record("s1", 1, told.record("web_a", NOW))), WebsiteRules("course-a.example"))


@given(records)
def test_any_record_is_an_event_or_rejected(fields: dict[str, Any]) -> None:
    try:
        told = page_views(msgspec.convert(fields, WireRecord), NOW)
    except RejectedError:
        return
    event = derived(told)
    assert (event.type, event.value, event.revision) == ("page", told.value, told.version)
    assert event.event_time <= NOW + timedelta(minutes=15)


def test_dimensions_become_what_trackers_tell() -> None:
    event = derived(
        views(
            dimensions={
                "affiliate_id": "Ada",
                "visitor_id": "v1",
                "host": "www.course-a.example",
                "path": "/lesson",
                "title": "A lesson",
                "referrer_host": "news.example",
                "utm_source": "letter",
                "utm_campaign": "autumn",
                "country": "PT",
                "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            }
        )
    )
    assert (event.affiliate_ref, event.visitor_id, event.host, event.path, event.title) == (
        "ada",
        "v1",
        "course-a.example",
        "/lesson",
        "A lesson",
    )
    assert (event.referrer_host, event.utm_source, event.utm_campaign, event.country) == ("news.example", "letter", "autumn", "PT")
    assert (event.browser, event.bot, event.event_time) == ("Firefox", None, NOW - timedelta(hours=1))


def test_raw_addresses_are_kept_nowhere() -> None:
    one, other = views(dimensions={"ip": "192.0.2.77"}), views(dimensions={"ip": "192.0.2.78"})
    assert b"192.0.2.77" not in one.record("web_a", NOW)
    assert one.message_id == other.message_id


@pytest.mark.parametrize(
    "fields",
    [
        {"dimensions": {"path": "/other"}},
        {"MeasureName": "PageViews"},
        {"Time": str(int(AT) + 1)},
        {"dimensions": {"message_id": "m1"}},
    ],
)
def test_dimensions_measure_and_time_tell_records_apart(fields: dict[str, Any]) -> None:
    assert views(**fields).message_id != views().message_id


def test_an_empty_message_id_is_none() -> None:
    assert views(dimensions={"message_id": ""}).message_id.startswith("ts_")


def test_version_value_and_unit_do_not() -> None:
    same = [views(Version=9), views(MeasureValue="5"), views(Time=AT + "000000", TimeUnit="NANOSECONDS")]
    assert {told.message_id for told in same} == {views().message_id}


def test_a_records_own_word_goes_before_what_is_common() -> None:
    common = wire(dimensions={"website": "A"}, MeasureValue="3", Version=2)
    own = msgspec.convert({"Dimensions": [{"Name": "path", "Value": "/x"}], "MeasureValue": "4"}, WireRecord)
    told = page_views(merged(own, common), NOW)
    assert (told.value, told.version, dict(told.dimensions)) == (4, 2, {"website": "A", "path": "/x"})


@pytest.mark.parametrize(("value", "kind"), [("7", "BIGINT"), ("7", "DOUBLE"), ("7.0", "DOUBLE"), ("0", "BIGINT")])
def test_whole_values_are_so_many_page_views(value: str, kind: str) -> None:
    assert views(MeasureValue=value, MeasureValueType=kind).value == int(float(value))


def test_one_measure_of_many_forms_is_enough() -> None:
    measures = [{"Name": "page_views", "Value": "6", "Type": "BIGINT"}]
    told = {"MeasureName": "traffic", "MeasureValueType": "MULTI", "MeasureValue": None, "MeasureValues": measures}
    assert views(**told).value == 6
    with pytest.raises(RejectedError, match="one measure"):
        views(**told | {"MeasureValues": [*measures, {"Name": "cpu", "Value": "1", "Type": "DOUBLE"}]})
