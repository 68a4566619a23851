"""What is taken out of a sender's event before anything is written, and what a batch puts into it. Called by the stamper and the core.

An event that needs nothing keeps its bytes exactly. One that does is taken apart one or two levels deep; every value below keeps its bytes,
so numbers of any size survive.
"""

import re
from collections.abc import Mapping

import msgspec

Fields = dict[str, msgspec.Raw]

_ADDRESSES = frozenset({"ip", "request_ip"})
_TRACES = re.compile(rb'"(?:request_)?ip"|\\u00[2-7]')
"""Where an address may stand: a key by its name, or spelled with escapes of plain ASCII, which no honest encoder writes in a key."""

_PERSONAL = _ADDRESSES | {"anonymousId", "userId", "previousId", "groupId", "traits", "rudderId"}
_PERSONAL_CONTEXT = _ADDRESSES | {"traits", "sessionId", "sessionStart", "device", "externalId"}

_fields_decoder = msgspec.json.Decoder(Fields)
_encode = msgspec.json.Encoder().encode


def without_addresses(event: bytes) -> bytes:
    """The event without `context.ip`, `request_ip` and their like, however spelled or repeated; the same bytes where there are none."""
    if b'ip"' not in event and b"\\" not in event:
        return event
    traces = len(_TRACES.findall(event))
    if not traces:
        return event
    rebuilt = _rebuilt(event, _ADDRESSES, _ADDRESSES, {})
    # The same traces mean that they stood somewhere else, such as in a property: the sender's bytes may stay. A repeated key loses some.
    return event if len(_TRACES.findall(rebuilt)) == traces else rebuilt


def without_person(event: bytes) -> bytes:
    """The event without anything that tells who did it: for requests with `Sec-GPC: 1`."""
    return _rebuilt(event, _PERSONAL, _PERSONAL_CONTEXT, {})


def with_texts(event: bytes, texts: Mapping[str, str]) -> bytes:
    """The event with these top-level fields as texts: identifiers that came as numbers."""
    return _rebuilt(event, frozenset(), frozenset(), texts)


def shared_context(context: msgspec.Raw) -> Fields:
    """A batch's own `context`; empty where it has none."""
    return _object(context) or {}


def with_context(event: bytes, shared: Fields) -> bytes:
    """The event with the batch's context under its own: where both say something, the event is right. What is no object stays as it is."""
    fields = _object(event)
    if fields is None:
        return event
    own = fields.get("context")
    if own is None or bytes(own) == b"null":
        fields["context"] = msgspec.Raw(_encode(shared))
    elif (inner := _object(own)) is not None:
        fields["context"] = msgspec.Raw(_encode({**shared, **inner}))
    return _encode(fields)


def _object(content: bytes | msgspec.Raw) -> Fields | None:
    return _fields_decoder.decode(content) if bytes(content).startswith(b"{") else None


def _rebuilt(event: bytes, cut: frozenset[str], cut_from_context: frozenset[str], texts: Mapping[str, str]) -> bytes:
    fields = {name: value for name, value in _fields_decoder.decode(event).items() if name not in cut}
    for name, value in texts.items():
        fields[name] = msgspec.Raw(_encode(value))
    context = _object(fields["context"]) if "context" in fields else None
    if context is not None:
        fields["context"] = msgspec.Raw(_encode({name: value for name, value in context.items() if name not in cut_from_context}))
    return _encode(fields)
