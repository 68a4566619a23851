"""What a batch, and ids that came as numbers, put into a sender's event. Called by the stamper and the core.

An event that needs nothing keeps its bytes exactly. One that does is taken apart one or two levels deep; every value below keeps its bytes,
so numbers of any size survive.
"""

from collections.abc import Mapping

import msgspec

Fields = dict[str, msgspec.Raw]

_fields_decoder = msgspec.json.Decoder(Fields)
_encode = msgspec.json.Encoder().encode


def with_texts(event: bytes, texts: Mapping[str, str]) -> bytes:
    """The event with these top-level fields as texts: identifiers that came as numbers."""
    fields = _fields_decoder.decode(event)
    fields.update((name, msgspec.Raw(_encode(value))) for name, value in texts.items())
    return _encode(fields)


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
