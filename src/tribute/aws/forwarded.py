"""What of a record goes into a Firehose stream: the sender's event, with what the collector knew of it where trackers' servers write it.

Whoever reads the stream, or the bucket behind it, finds an event as RudderStack writes it, under its own message id. Pure.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from tribute.events.agents import agent
from tribute.events.record import CLICK_TYPE, Record, record_decoder
from tribute.events.times import event_time
from tribute.kit.clock import iso

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encoder = msgspec.json.Encoder()
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Line(msgspec.Struct):
    event: msgspec.Raw


_line_decoder = msgspec.json.Decoder(_Line)


def forwarded(line: bytes, websites: Mapping[str, str]) -> bytes | None:
    """The event of a record as one line with its end, for the website by name (`websites`: id to name).

    None for what is no tracker's call (clicks of redirects), what nobody looked at (prefetches, the owner's own visits), and what cannot
    be read: loading puts that into quarantine.
    """
    try:
        record = record_decoder.decode(line)
        event = _fields.decode(_line_decoder.decode(line).event)
        if record.type == CLICK_TYPE or record.prefetch or record.own_visit:
            return None
        told = _told(record, websites)
        told |= {name: value for name, value in _where_missing(record).items() if name not in event}
        context = event.get("context")
        if record.user_agent is not None and not agent(record.user_agent).is_library:  # a program's client is not the visitor's
            event["context"] = _with_user_agent(context, record.user_agent)
        return _encoder.encode(event | told) + b"\n"
    except _UNREADABLE:
        return None


def _told(record: Record, websites: Mapping[str, str]) -> dict[str, Any]:
    """What goes before the sender's word."""
    at, _ = event_time(record)
    website = websites.get(record.website_id)
    fields = {
        "type": record.type,
        "messageId": record.message_id,
        "receivedAt": iso(record.received_at),
        "timestamp": iso(at),
        "website": website,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _where_missing(record: Record) -> dict[str, Any]:
    """What the sender told beside its event."""
    told = {"anonymousId": record.anonymous_id or record.cookieless_id, "sentAt": record.sent_at}
    return {name: value for name, value in told.items() if value is not None}


def _with_user_agent(context: msgspec.Raw | None, user_agent: str) -> msgspec.Raw:
    """The context with the request's own agent, unless it tells one or is no object."""
    if context is not None and not bytes(context).startswith(b"{"):
        return context
    fields = _fields.decode(context) if context is not None else {}
    return msgspec.Raw(_encoder.encode({"userAgent": user_agent} | fields))
