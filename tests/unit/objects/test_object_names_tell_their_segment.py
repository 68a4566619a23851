"""An object's key follows the contract's format, is the same for the same segment, and leads back to it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.objects.naming import object_key, source_of_object, source_of_segment

_YEAR_1000 = datetime(1000, 1, 1)  # noqa: DTZ001  hypothesis wants a bare bound
_AT = datetime(2026, 11, 23, 4, 44, 57, 69001, tzinfo=UTC)


def test_the_format() -> None:
    source = source_of_segment("spl_1-0000000042")
    assert object_key("", "spl_1-0000000042", _AT) == f"2026/11/23/04/events-1-2026-11-23-04-44-57-{source}.jsonl.zst"
    assert object_key("/a/b/", "spl_1-0000000042", _AT, stream="clicks", version="2") == (
        f"a/b/2026/11/23/04/clicks-2-2026-11-23-04-44-57-{source}.jsonl.zst"
    )


def test_the_source_never_changes() -> None:
    """The manifest and the bucket hold these names for ever."""
    assert source_of_segment("spl_00000000000000000000-0000000042") == "d9936d37-13cd-57e8-802c-490ab70ded52"


def test_the_time_is_told_in_utc() -> None:
    local = _AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert object_key("", "k", local) == object_key("", "k", _AT)


@given(st.text("ab-/1.", max_size=8), st.text(max_size=30), st.datetimes(min_value=_YEAR_1000, timezones=st.just(UTC)))
def test_a_key_leads_back_to_its_source(prefix: str, segment_key: str, at: datetime) -> None:
    assert source_of_object(object_key(prefix, segment_key, at)) == source_of_segment(segment_key)


@pytest.mark.parametrize(
    "key",
    [
        "2026/11/23/04/stream-1-2026-11-23-04-44-57-2d4f2a6e-8f0c-4d52-9a70-6b4f0f4c2b11.gz",
        "2026/11/23/04/stream-1-2026-11-23-04-44-57-2d4f2a6e-8f0c-4d52-9a70-6b4f0f4c2b11.jsonl.zst",
        "2026/11/23/04/stream-1-2026-11-23-04-44-57-2d4f2a6e-8f0c-5d52-9a70-6b4f0f4c2b11.jsonl.gz",
        "rudder-logs/source/2026-11-23/1700000000.abc.json.gz",
        "2d4f2a6e-8f0c-5d52-9a70-6b4f0f4c2b11.jsonl.zst",
        "",
    ],
)
def test_a_foreign_object_is_its_own_source(key: str) -> None:
    assert source_of_object(key) is None
