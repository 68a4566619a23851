"""What is cut out of a sender's event before anything is written: IP addresses always, identifiers where the visitor asks for it. Pure.

Events are taken apart one or two levels deep; every value below keeps its bytes, so numbers of any size survive.
"""

import re
from collections.abc import Collection

import msgspec

_ADDRESSES = frozenset({"ip", "request_ip", "requestIP"})
_TRACES = re.compile(rb'"(?:ip|request_ip|requestIP)"|\\u00[2-7]')
"""Where an address may stand: a key by its name, or one spelled with escapes of plain letters, as no honest encoder writes it."""

_BACKSLASH = ord("\\")

_IDENTITY = _ADDRESSES | {"anonymousId", "userId", "previousId", "groupId", "traits", "rudderId"}
_CONTEXT_IDENTITY = _ADDRESSES | {"traits", "sessionId", "sessionStart", "device", "externalId", "click_id", "own_visit"}

_CLICK_IN_ADDRESS = re.compile(
    rb"""((?:[?&]|\\u00(?:26|3[fF]))(?:t|%74|%54)(?:i|%69|%49)(?:d|%64|%44)=)(?:(?!\\u002[36])(?:[^&#"\\]|\\.))+""", re.IGNORECASE
)
"""The click that a redirect names in an address (`tid`), wherever in an event the address stands, and however it is escaped."""

_ADDRESS_NAME = rb'"(?:ip|request_ip|requestIP)"\s*+:\s*+'
_WRITTEN_ADDRESS = re.compile(rb'(%b")(?:[^"\\\r\n]|\\[^\r\n])*+\\?+|(%b)[0-9A-Fa-f.:]++' % (_ADDRESS_NAME, _ADDRESS_NAME))
"""A name and the text behind it, up to its closing quote or to where it was cut off, or an address that lacks its quotes."""

_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encoder = msgspec.json.Encoder()


def without_addresses(event: bytes) -> bytes:
    """The event without `request_ip`, `ip`, `context.ip` and their like, however spelled or repeated; the same bytes when it has none.

    `event` is a JSON object. Raises msgspec.DecodeError, UnicodeDecodeError or RecursionError when it is none, or too deep to read.
    """
    if not may_tell_addresses(event):
        return event
    traces = len(_TRACES.findall(event))
    if not traces:
        return event
    rebuilt = _without(event, _ADDRESSES, _ADDRESSES)
    # As many traces as before: they stood elsewhere, such as in a property, and the sender's bytes may stay. A repeated key loses some.
    return event if len(_TRACES.findall(rebuilt)) == traces else rebuilt


def may_tell_addresses(events: bytes) -> bool:
    """Whether an address may stand in an event, or in any of several at once: what this denies needs no closer look.

    From behind, because Python's search for several bytes takes less than half as long that way; and for a backslash by its number.
    """
    return events.rfind(b'ip"') >= 0 or events.rfind(b"requestIP") >= 0 or (_BACKSLASH in events and b"\\u00" in events)


def blank_addresses(unreadable: bytes) -> bytes:
    """Bytes that are no JSON, without the values that stand behind the name of an address, also one that is cut off.

    A name that is spelled with escapes, or cut off itself, is not found: what cannot be read cannot be searched with certainty.
    """
    return _WRITTEN_ADDRESS.sub(rb"\1\2", unreadable)


def without_identity(event: bytes) -> bytes:
    """The page view alone: no address, no identifier and no traits. For Global Privacy Control. Raises like `without_addresses`.

    Of `tid` in an address the name stays without its value: that a redirect led here is no identifier, and keeps its landing from being
    a second click.
    """
    return _CLICK_IN_ADDRESS.sub(rb"\1", _without(event, _IDENTITY, _CONTEXT_IDENTITY))


def without_own_visit(event: bytes) -> bytes:
    """The event without the mark of the owner's own browser: the record says what it was worth. Raises like `without_addresses`."""
    return _without(event, (), ("own_visit",))


def _without(event: bytes, names: Collection[str], context_names: Collection[str]) -> bytes:
    fields = {name: value for name, value in _decoder.decode(event).items() if name not in names}
    context = fields.get("context")
    if context is not None and bytes(context).startswith(b"{"):
        kept = {name: value for name, value in _decoder.decode(context).items() if name not in context_names}
        fields["context"] = msgspec.Raw(_encoder.encode(kept))
    return _encoder.encode(fields)
