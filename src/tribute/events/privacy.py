"""What is cut out of a sender's event before anything is written: IP addresses always, identifiers where the visitor asks for it. Pure."""

import msgspec

_decoder = msgspec.json.Decoder(dict[str, object])
_encoder = msgspec.json.Encoder()

_ADDRESS_KEYS = ("request_ip", "ip")
_IDENTITY_KEYS = ("anonymousId", "userId", "previousId", "groupId", "traits")


def without_addresses(event: bytes) -> bytes:
    """The event without `request_ip`, `ip` and `context.ip`, however their names are spelled; the same bytes when it has none."""
    if b'"ip"' not in event and b'"request_ip"' not in event and b"\\u" not in event:
        return event
    return _without(event, _ADDRESS_KEYS, ("ip",))


def without_identity(event: bytes) -> bytes:
    """The page view alone: no address, no identifier and no traits. For Global Privacy Control."""
    return _without(event, _ADDRESS_KEYS + _IDENTITY_KEYS, ("ip", "traits", "sessionId"))


def _without(event: bytes, keys: tuple[str, ...], context_keys: tuple[str, ...]) -> bytes:
    """The event encoded again without these keys, or the same bytes when it has none of them."""
    content = _decoder.decode(event)
    found = [key for key in keys if key in content]
    for key in found:
        del content[key]
    context = content.get("context")
    if isinstance(context, dict):
        found_inside = [key for key in context_keys if key in context]
        for key in found_inside:
            del context[key]
        found += found_inside
    return _encoder.encode(content) if found else event
