"""What a Timestream record says, as an event of ours: which dimensions mean what, which measures are page views, and what tells it apart.

A record's identity is Timestream's own: its dimensions, measure name and time. A dimension `message_id` goes before that, so that two
page views in one instant stay two. Pure; called by `timestream_write`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from tribute.events.record import MOST_PAGE_VIEWS, Stamps, Timing, encode_record
from tribute.events.times import FIRST_BELIEVABLE
from tribute.kit.clock import iso

_MEASURES: Final = frozenset({"pageview", "pageviews"})
"""Measure names that are page views, without regard to case and `_`; the contract's is `page_view`."""
_NANOSECONDS: Final = {"SECONDS": 10**9, "MILLISECONDS": 10**6, "MICROSECONDS": 10**3, "NANOSECONDS": 1}
_AHEAD: Final = timedelta(minutes=15)
"""How far after now a record's time may lie, as with Timestream."""
_ADDRESSES: Final = frozenset({"ip", "ip_address", "request_ip", "requestip", "client_ip"})
"""Dimensions that are never kept, nor take part in what tells a record apart: raw addresses are not written anywhere."""
_UTM: Final = {"utm_source": "source", "utm_medium": "medium", "utm_campaign": "name", "utm_term": "term", "utm_content": "content"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RejectedError(ValueError):
    """The record is not taken; the text is the reason that its sender reads."""


class WireDimension(msgspec.Struct, rename="pascal"):
    """A dimension as it comes over the wire."""

    name: str
    value: str


class WireMeasure(msgspec.Struct, rename="pascal"):
    """One of a multi-measure record's measures."""

    name: str
    value: str
    type: str = "DOUBLE"


class WireRecord(msgspec.Struct, rename="pascal"):
    """A record, or the attributes that a call's records share."""

    dimensions: list[WireDimension] = []
    measure_name: str | None = None
    measure_value: str | None = None
    measure_value_type: str | None = None
    measure_values: list[WireMeasure] = []
    time: str | None = None
    time_unit: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class PageViews:
    """A record that was understood: so many page views, at an instant, with dimensions."""

    dimensions: Mapping[str, str]
    measure_name: str
    nanoseconds: int
    value: int
    version: int

    @property
    def at(self) -> datetime:
        """To the microsecond, as events are kept."""
        return _EPOCH + timedelta(microseconds=self.nanoseconds // 1000)

    @property
    def message_id(self) -> str:
        """The same for every version of the record."""
        told = self.dimensions.get("message_id")
        if told and len(told) <= 256:
            return told
        parts = [self.measure_name, str(self.nanoseconds), *(f"{name}\0{value}" for name, value in sorted(self.dimensions.items()))]
        return "ts_" + hashlib.blake2b("\x01".join(parts).encode(), digest_size=16).hexdigest()

    def record(self, website_id: str, now: datetime) -> bytes:
        """The record for the spool. It counts as received at its own time, so that a later version never lies too far from the first."""
        country = self.dimensions.get("country", "")
        stamps = Stamps(
            website_id=website_id,
            message_id=self.message_id,
            type="page",
            received_at=min(self.at, now),
            accepted_at=now,
            timing=Timing.SERVER,
            country=country if len(country) == 2 and country.isalpha() and country.isupper() else None,
            value=self.value,
            revision=self.version,
        )
        return encode_record(stamps, msgspec.json.encode(_event(self.dimensions, self.at)))


def merged(record: WireRecord, common: WireRecord) -> WireRecord:
    """The record with the attributes that it shares with others; its own go before."""
    return WireRecord(
        dimensions=[*common.dimensions, *record.dimensions],
        measure_name=record.measure_name or common.measure_name,
        measure_value=common.measure_value if record.measure_value is None else record.measure_value,
        measure_value_type=record.measure_value_type or common.measure_value_type,
        measure_values=record.measure_values or common.measure_values,
        time=record.time or common.time,
        time_unit=record.time_unit or common.time_unit,
        version=common.version if record.version is None else record.version,
    )


def page_views(record: WireRecord, now: datetime) -> PageViews:
    """What a whole record says. Raises RejectedError."""
    names = [dimension.name for dimension in record.dimensions]
    if len(set(names)) < len(names):
        raise RejectedError("A dimension is there twice.")
    dimensions = {one.name: one.value for one in record.dimensions if one.name.lower() not in _ADDRESSES}
    version = 1 if record.version is None else record.version
    if not 1 <= version < 2**63:
        raise RejectedError("Version has to be a whole number from 1 to 9223372036854775807.")
    name, value = _measured(record)
    return PageViews(dimensions, name, _nanoseconds(record, now), value, version)


def _measured(record: WireRecord) -> tuple[str, int]:
    """The name and number of the one measure that is page views."""
    kind = record.measure_value_type or ("MULTI" if record.measure_values else "DOUBLE")
    name, value = record.measure_name or "", record.measure_value
    measured = name
    if kind == "MULTI":
        if len(record.measure_values) != 1:
            raise RejectedError("A multi-measure record has to have one measure, page_view; others are not kept here.")
        [measure] = record.measure_values
        measured, value, kind = measure.name, measure.value, measure.type
    if measured.replace("_", "").lower() not in _MEASURES:
        raise RejectedError(f"The measure {measured[:80]!r} is not kept here; only page_view is.")
    if value is None or kind not in {"BIGINT", "DOUBLE"}:
        raise RejectedError("The measure page_view has to have a value of the type BIGINT, or of DOUBLE without a fraction.")
    return name, _whole(value)


def _whole(value: str) -> int:
    try:
        number = int(value) if len(value) <= 20 and value.lstrip("-").isdecimal() else float(value)
        if number != int(number) or not 0 <= number <= MOST_PAGE_VIEWS:
            raise ValueError(value)
    except (ValueError, OverflowError) as error:
        raise RejectedError(f"The value of page_view has to be a whole number from 0 to {MOST_PAGE_VIEWS:,}.") from error
    return int(number)


def _nanoseconds(record: WireRecord, now: datetime) -> int:
    unit = _NANOSECONDS.get(record.time_unit or "MILLISECONDS")
    told = record.time or ""
    if unit is None or not told.isascii() or not told.isdigit() or len(told) > 20:
        raise RejectedError(f"Time has to be a whole number since 1970, in a TimeUnit of {', '.join(_NANOSECONDS)}.")
    nanoseconds = int(told) * unit
    earliest, latest = ((at - _EPOCH) // timedelta(microseconds=1) * 1000 for at in (FIRST_BELIEVABLE, now + _AHEAD))
    if not earliest <= nanoseconds <= latest:
        raise RejectedError(f"The record timestamp is outside the time range [{iso(FIRST_BELIEVABLE)}, {iso(now + _AHEAD)}].")
    return nanoseconds


def _event(dimensions: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """The dimensions as the event that a tracker would have sent, so that one set of rules derives both."""
    get = dimensions.get
    host = get("host")
    event: dict[str, Any] = {
        "type": "page",
        "anonymousId": get("visitor_id") or get("anonymous_id"),
        "timestamp": iso(at),
        "properties": {
            "url": get("url") or (f"https://{host}{_rooted(get('path', '/'))}" if host else None),
            "path": get("path"),
            "title": get("title"),
            "referrer": get("referrer") or (f"https://{get('referrer_host')}/" if get("referrer_host") else None),
            "affiliate_id": get("affiliate_id"),
        },
        "context": {
            "campaign": {ours: get(name) for name, ours in _UTM.items()},
            "userAgent": get("user_agent"),
            "timestream": {"dimensions": dict(dimensions)},
        },
    }
    return {name: value for name, value in event.items() if value is not None}


def _rooted(path: str) -> str:
    return path if path.startswith("/") else f"/{path}"
