"""From a request's bytes to events: gzip, UTF-8, broken surrogates, nesting, and the fields that the collector itself reads.

What passes here is read by the loader's decoder too: `Incoming` is the loader's `Event` with more fields. Called by the core.
"""

import re
import zlib
from typing import Any, TypeVar

import msgspec

from tribute.collector.drops import DropReason, EventRefusedError
from tribute.collector.exchange import RefusalError, Request
from tribute.events.record import Context, Event, Loose

MAX_BODY_BYTES = 4 * 1024 * 1024
"""The limit of a request's body, before and after decompression."""
MAX_BATCH_EVENTS = 50_000
"""More elements than 4 MB of real events can hold; bounds the time that one request may take."""
MAX_DEPTH = 128
"""How deep an event may be nested. Every later reader recurses, some on top of deeper stacks than ours."""

_T = TypeVar("_T")
_GZIP_ONLY = 16 + zlib.MAX_WBITS
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_ESCAPES = re.compile(
    rb"(?P<good>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.", re.DOTALL
)
_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_BACKSLASH, _BRACE, _BRACKET = b"\\{["
"""As numbers, which Python finds in bytes eight times as fast as texts."""
_NOT_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))
_ONE_KIND = bytes.maketrans(b"{}", b"[]")


class IncomingContext(Context, rename="camel"):
    """What the collector reads of `context`."""

    ip: Any = None
    cookieless: Any = None
    """True where the snippet stores nothing, so that the visitor is counted for the day."""


class Incoming(Event, rename="camel"):
    """One event as far as the collector and the loader read it."""

    message_id: Any = None
    type: Any = None
    write_key: Any = None
    website: Any = None
    request_ip: Any = msgspec.field(default=None, name="request_ip")
    context: IncomingContext | Loose = None


class IncomingBatch(msgspec.Struct, rename="camel"):
    """A batch, its events still bytes."""

    batch: list[msgspec.Raw]
    sent_at: Any = None
    write_key: Any = None
    website: Any = None
    context: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


_event_decoder = msgspec.json.Decoder(Incoming)
_batch_decoder = msgspec.json.Decoder(IncomingBatch)


_BOM = b"\xef\xbb\xbf"
"""JSON does not allow it, some senders put it first all the same, and their event would be lost for good."""


def read_json(request: Request) -> bytes:
    """The body, unpacked, as UTF-8 in which every escape names a character. The content type is not asked.

    Raises RefusalError: 413 over 4 MB, 400 for an unknown or broken encoding.
    """
    body = request.body.removeprefix(_BOM)
    encoding = request.headers.get(b"content-encoding")
    if encoding is not None:
        body = _decoded(body, encoding.strip().lower()).removeprefix(_BOM)
    if len(body) > MAX_BODY_BYTES:
        raise too_large()
    if not body.isascii():
        try:
            body.decode()
        except UnicodeDecodeError as error:
            raise RefusalError(400, f"The body is not UTF-8: byte {error.start} begins no character.") from error
    if _BACKSLASH in body and _SURROGATE.search(body):
        body = with_whole_characters(body)
    return body


def too_large() -> RefusalError:
    return RefusalError(413, "The body is over 4 MB; send smaller batches.")


def _decoded(body: bytes, encoding: bytes) -> bytes:
    if encoding in (b"", b"identity"):
        return body
    if encoding not in (b"gzip", b"x-gzip"):
        name = encoding[:40].decode("ascii", "replace")
        raise RefusalError(400, f"Content-Encoding {name!r} is not understood; send gzip or none.")
    return unzip(body)


def unzip(body: bytes) -> bytes:
    """One gzip stream, never expanded beyond the limit whatever it claims. Raises RefusalError: 413 over 4 MB, 400 when it is broken."""
    stream = zlib.decompressobj(_GZIP_ONLY)
    try:
        content = stream.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error as error:
        raise RefusalError(400, "The body says Content-Encoding gzip and is not gzip.") from error
    if len(content) > MAX_BODY_BYTES:
        raise too_large()
    if not stream.eof:
        raise RefusalError(400, "The gzip body ends before its end.")
    if stream.unused_data:
        raise RefusalError(400, "Something follows the end of the gzip body.")
    return content


def with_whole_characters(body: bytes) -> bytes:
    """The same JSON with U+FFFD for every escaped half of a surrogate pair.

    Real browsers send halves, from texts cut in the middle of an emoji; no JSON reader of ours takes them, and a 400 would lose the event.
    """
    return _ESCAPES.sub(lambda found: b"\\ufffd" if found["lone"] else found[0], body)


def decode_event(event: bytes) -> Incoming:
    """One event's fields. Raises EventRefusedError for what is no event, here or to the loader."""
    incoming = _decode(_event_decoder, event)
    # Few brackets cannot be nested deeply, and most events have none of the square ones.
    if event.count(_BRACE) + (event.count(_BRACKET) if _BRACKET in event else 0) > MAX_DEPTH and _is_too_deep(event):
        raise _nested_too_deep()
    return incoming


def decode_batch(body: bytes) -> IncomingBatch:
    """A batch of at least one element. Raises RefusalError for anything else."""
    batch = _decode(_batch_decoder, body)
    if not batch.batch:
        raise RefusalError(400, "The batch is empty.")
    if len(batch.batch) > MAX_BATCH_EVENTS:
        raise RefusalError(413, f"The batch has over {MAX_BATCH_EVENTS} elements; send smaller batches.")
    return batch


def _decode(decoder: "msgspec.json.Decoder[_T]", content: bytes | msgspec.Raw) -> _T:
    try:
        return decoder.decode(content)
    except msgspec.ValidationError as error:
        # Its text tells types and a place, never a value.
        raise EventRefusedError(DropReason.NOT_AN_EVENT, f"That is JSON, but not an event or a batch: {error}.") from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise EventRefusedError(DropReason.NOT_AN_EVENT, "The body is not JSON.") from error
    except RecursionError:
        raise _nested_too_deep() from None


def _nested_too_deep() -> EventRefusedError:
    return EventRefusedError(DropReason.TOO_DEEP, f"The event is nested deeper than {MAX_DEPTH} levels.")


def _is_too_deep(event: bytes) -> bool:
    """Whether valid JSON is nested deeper than MAX_DEPTH: of its brackets alone, each pass takes the innermost ones away."""
    brackets = _STRINGS.sub(b"", event).translate(_ONE_KIND, _NOT_BRACKETS)
    for _ in range(MAX_DEPTH):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


def as_text(value: object) -> str | None:
    """An identifier's text: a filled string, or a number as it would be written; None for anything else, which counts as absent."""
    if type(value) is str:
        return (value if "\x00" not in value else value.replace("\x00", "")) or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None
