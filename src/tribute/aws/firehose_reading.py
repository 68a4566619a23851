"""What producers put into Firehose, read: the events in each record, and whose they are. Called by `firehose`, in threads.

A record holds one or more JSON events, one behind the other, as RudderStack, Segment or a page sends them, and read as an import of a
bucket reads them. What is no event, or nobody's, goes to quarantine and counts as taken, as Firehose itself would take it.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

import msgspec

from tribute.aws.call import Call
from tribute.events.country import country_of
from tribute.events.derive import identity
from tribute.events.privacy import blank_addresses, without_addresses
from tribute.events.record import Stamps, Timing, encode_record, text
from tribute.events.times import FIRST_BELIEVABLE, instant
from tribute.kit.errors import UnavailableError
from tribute.loader.foreign import ForeignEvent, ForeignFormat, NotAnEventError, decode_foreign, host_of
from tribute.loader.importing import WebsiteFinder
from tribute.loader.json_stream import Found, joined, split_objects
from tribute.loader.rebuild import IMPORT_SOURCE_PREFIX

_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Aside(Protocol):
    """The quarantine."""

    def put(self, source: str, offset: int, reason: str, content: bytes) -> object:
        """Keep what cannot be taken as an event. Raises UnavailableError."""
        ...


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """An event of a website, ready to be stamped."""

    content: bytes
    event: ForeignEvent
    message_id: str
    website_id: str

    def record(self, now: datetime) -> bytes:
        """The record for the spool. A server that stamped `timestamp` or `receivedAt` is believed; what has neither is received `now`."""
        told = instant(self.event.received_at)
        stamps = Stamps(
            website_id=self.website_id,
            message_id=self.message_id,
            type=self.event.type,
            received_at=now if told is None or told < FIRST_BELIEVABLE else min(told, now),
            accepted_at=now,
            timing=Timing.CLIENT if instant(self.event.timestamp) is None else Timing.SERVER,
            country=country_of(text(self.event.request_ip) or text(getattr(self.event.context, "ip", None))),
        )
        return encode_record(stamps, self.content)


@dataclass(slots=True)
class ReadRecord:
    """One record as it was put."""

    record_id: str
    events: list[ReadEvent] = field(default_factory=list)
    readable: bool = True
    """False when what had to go to quarantine could not be kept there: the record is to be sent again."""


class FirehoseReading:
    """Reads records. Threads may share it."""

    def __init__(self, finder: WebsiteFinder, quarantine: Aside) -> None:
        self._finder = finder
        self._quarantine = quarantine

    def read(self, call: Call, stream: str, datas: Sequence[bytes]) -> list[ReadRecord]:
        """The events of a call's records. The same call sent again gives its events the same ids, where they bring none.

        Raises UnavailableError when the ledger cannot be asked whose they are.
        """
        whose = _Whose(self._finder, stream, call.key.website_id)
        return [self._record(_record_id(call, stream, index, data), stream, data, whose) for index, data in enumerate(datas)]

    def _record(self, record_id: str, stream: str, data: bytes, whose: "_Whose") -> ReadRecord:
        record = ReadRecord(record_id)
        source = f"{IMPORT_SOURCE_PREFIX}{ForeignFormat.FIREHOSE}/stream/{stream}@{record_id}"
        for found in joined(split_objects([data])):
            outcome = found.problem or _event(found, record_id, whose)
            if isinstance(outcome, ReadEvent):
                record.events.append(outcome)
                continue
            try:
                self._quarantine.put(source, found.offset, outcome, _clean(found.content))
            except UnavailableError:
                record.readable = False
        return record


class _Whose:
    """Whose events a stream carries: the key's website, else the one that the stream is named after, else what each event says."""

    def __init__(self, finder: WebsiteFinder, stream: str, website_id: str | None) -> None:
        self._finder = finder
        self._stream = stream
        self._known: dict[tuple[Callable[[str], str | None], str], str | None] = {}
        self._of_all = website_id or finder.by_name(stream) or finder.by_source_id(stream)

    def website_of(self, event: ForeignEvent) -> str | None:
        """The website's id, or None."""
        if self._of_all is not None:
            return self._of_all
        if isinstance(event.website, str) and (found := self._find(self._finder.by_name, event.website)) is not None:
            return found
        host = host_of(event)
        return self._find(self._finder.by_host, host) if host else None

    def problem(self, event: ForeignEvent) -> str:
        """Why there is none."""
        return f"no website for stream {self._stream!r}, website {event.website!r}, host {host_of(event)!r}"

    def _find(self, look: Callable[[str], str | None], name: str) -> str | None:
        """Ask the ledger once a call for each name."""
        if (look, name) not in self._known:
            self._known[look, name] = look(name)
        return self._known[look, name]


def _event(found: Found, record_id: str, whose: _Whose) -> ReadEvent | str:
    """The event, or the reason why there is none."""
    try:
        event = decode_foreign(found.content)
        content = without_addresses(found.content)
    except NotAnEventError as error:
        return str(error)
    except _UNREADABLE:
        return "nested too deeply"
    website_id = whose.website_of(event)
    if website_id is None:
        return whose.problem(event)
    return ReadEvent(content, event, identity(event.message_id) or f"{record_id}:{found.offset}", website_id)


def _clean(content: bytes) -> bytes:
    """What is kept of it in quarantine: without addresses, as far as they can be told."""
    try:
        return without_addresses(content)
    except _UNREADABLE:
        return blank_addresses(content)


def _record_id(call: Call, stream: str, index: int, data: bytes) -> str:
    """The same for the same record of the same call, however often a client tries; another one for every other record."""
    told = "\0".join((call.key.access_key_id, call.invocation_id, stream, str(index)))
    return "fh_" + hashlib.blake2b(told.encode(), digest_size=16, key=hashlib.sha256(data).digest()).hexdigest()
