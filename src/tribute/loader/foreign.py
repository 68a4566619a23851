"""Records that others wrote: what RudderStack, Segment and Firehose put into a bucket, made into records of ours. Pure.

Sources: the shared pipelines' object layouts as in the tracking protocol; server-set fields are `receivedAt`, `request_ip`, `timestamp`.
"""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec

from tribute.events.addresses import parse_address
from tribute.events.country import country_of
from tribute.events.derive import identity
from tribute.events.privacy import without_addresses
from tribute.events.record import EVENT_TYPES, Event, Stamps, Timing, encode_record, text
from tribute.events.times import FIRST_BELIEVABLE, instant


class ForeignFormat(StrEnum):
    """Who wrote the files: it tells where the website's source id and the arrival time stand."""

    FIREHOSE = "firehose"
    RUDDERSTACK = "rudderstack"
    SEGMENT = "segment"


class ForeignEvent(Event, rename="camel"):
    """A foreign event, as far as it decides over website, identity and time."""

    type: Any = None
    message_id: Any = None
    received_at: Any = None
    website: Any = None
    request_ip: Any = msgspec.field(default=None, name="request_ip")


class NotAnEventError(ValueError):
    """The JSON object is no tracked call; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class ForeignPlace:
    """Where a foreign event was found."""

    etag: str
    """A hash of the file's content: the same file found twice is the same."""
    offset: int
    """Where in the (uncompressed) file the event begins."""
    source_id: str | None
    arrived_at: datetime | None
    """By the file's name, else by its own time of change."""


_decoder = msgspec.json.Decoder(ForeignEvent)


class _FailedRecord(msgspec.Struct, rename="camel"):
    """What Firehose writes under its error prefix for a record that a transformation or conversion could not process."""

    raw_data: str
    error_code: str
    attempts_made: int
    error_message: str = ""


_failed_decoder = msgspec.json.Decoder(_FailedRecord)
_MOST_OF_A_REASON = 300

_MARKED_PATHS = {
    ForeignFormat.RUDDERSTACK: re.compile(r"(?:^|/)rudder-logs/([^/]+)/"),
    ForeignFormat.SEGMENT: re.compile(r"(?:^|/)segment-logs/([^/]+)/"),
}
_SOURCES_IN_PATHS = _MARKED_PATHS | {ForeignFormat.FIREHOSE: re.compile(r"^stream/([a-zA-Z0-9_.-]{1,64})$")}
"""Where a source id stands. What came through Firehose's door lies in quarantine under its stream, whose name can be mapped like one."""
_FIREHOSE_NAME = re.compile(r"-(\d{4})-(\d{2})-(\d{2})-(\d{2})-(\d{2})-(\d{2})-[0-9a-f-]{36}[^/]*$")
_RUDDERSTACK_NAME = re.compile(r"(?:^|/)(\d{10})\.[^/]+$")


def source_id_of(path: str, kind: ForeignFormat) -> str | None:
    """The source id in a file's path, where the format puts it there."""
    pattern = _SOURCES_IN_PATHS.get(kind)
    found = pattern.search(path) if pattern else None
    return found.group(1) if found else None


def arrived_at_of(path: str, kind: ForeignFormat) -> datetime | None:
    """When a file's first record arrived, by its name."""
    try:
        if kind is ForeignFormat.FIREHOSE and (found := _FIREHOSE_NAME.search(path)):
            return datetime(*(int(part) for part in found.groups()), tzinfo=UTC)  # type: ignore[arg-type, misc]  # six numbers
        if kind is ForeignFormat.RUDDERSTACK and (found := _RUDDERSTACK_NAME.search(path)):
            return datetime.fromtimestamp(int(found.group(1)), UTC)
    except ValueError:
        return None
    return None


def lasting_path(path: str, kind: ForeignFormat) -> str | None:
    """The part of a file's path that means the same wherever the bucket was copied to; None where the format has none."""
    pattern = _MARKED_PATHS.get(kind)
    found = pattern.search(path) if pattern else None
    return path[found.start() :].lstrip("/") if found else None


def decode_foreign(content: bytes) -> ForeignEvent:
    """The event in a JSON object. Raises NotAnEventError."""
    try:
        content.decode()
        event = _decoder.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotAnEventError(f"not readable as JSON ({error})") from error
    if not isinstance(event.type, str) or event.type not in EVENT_TYPES:
        raise NotAnEventError("no known event type")
    return event


def failed_record(content: bytes) -> tuple[str, bytes] | None:
    """Why Firehose could not process a record, and the record as it had come in; None for any other JSON object."""
    try:
        failed = _failed_decoder.decode(content)
        raw = base64.b64decode(failed.raw_data, validate=True)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        return None
    told = " ".join(f"{failed.error_code}: {failed.error_message}".split())
    return f"Firehose could not process it: {told[:_MOST_OF_A_REASON]}", raw


def host_of(event: ForeignEvent) -> str | None:
    """The host of the page that an event was sent from."""
    sections = [event.properties, getattr(event.context, "page", None)]
    for name in ("tab_url", "url"):
        for section in sections:
            host = parse_address(text(getattr(section, name, None))).host
            if host is not None:
                return host
    return None


def foreign_record(content: bytes, event: ForeignEvent, place: ForeignPlace, website_id: str, now: datetime) -> bytes:
    """The record for the spool. `now` is when Tribute takes the event in; its own times are a server's and used as they are."""
    has_server_time = instant(event.timestamp) is not None
    told = [instant(event.received_at), instant(event.timestamp), instant(event.original_timestamp), place.arrived_at]
    received = next((at for at in told if at is not None and at >= FIRST_BELIEVABLE), now)
    stamps = Stamps(
        website_id=website_id,
        message_id=identity(event.message_id) or f"{place.etag}:{place.offset}",
        type=event.type,
        received_at=min(received, now),
        accepted_at=now,
        timing=Timing.SERVER if has_server_time else Timing.CLIENT,
        country=country_of(text(event.request_ip) or text(getattr(event.context, "ip", None))),
    )
    return encode_record(stamps, without_addresses(content))
