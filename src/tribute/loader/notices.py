"""What S3 tells of new objects, in the forms in which it reaches a queue: as it is, wrapped by SNS, or by EventBridge. Pure.

Notices come at least once, in any order, and late: they say where to look, never what is there. Source: S3's event message structure.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

import msgspec


class NotANoticeError(ValueError):
    """The message says nothing of objects."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An object that was written. `etag` is that of the version meant; None where the notice does not say."""

    bucket: str
    key: str
    etag: str | None


class _Named(msgspec.Struct):
    name: str


class _Object(msgspec.Struct, rename="camel"):
    key: str
    e_tag: str | None = None


class _Place(msgspec.Struct):
    bucket: _Named
    object: _Object


class _S3Record(msgspec.Struct, rename="camel"):
    s3: _Place
    event_name: str = ""


class _BridgedObject(msgspec.Struct):
    key: str
    etag: str | None = None


class _BridgedDetail(msgspec.Struct):
    bucket: _Named
    object: _BridgedObject


class _Message(msgspec.Struct):
    """All three forms at once; which it is shows by what is there."""

    records: list[_S3Record] | None = msgspec.field(default=None, name="Records")
    event: str | None = msgspec.field(default=None, name="Event")
    wrapped: str | None = msgspec.field(default=None, name="Message")
    detail_type: str | None = msgspec.field(default=None, name="detail-type")
    detail: Any = None


_decoder = msgspec.json.Decoder(_Message)


def read_notices(body: str) -> list[Notice]:
    """The objects that a message tells of; none for S3's test message and for removals. Raises NotANoticeError."""
    return _read(body, may_be_wrapped=True)


def _read(body: str, *, may_be_wrapped: bool) -> list[Notice]:
    try:
        message = _decoder.decode(body)
        if message.records is not None:
            return [
                _notice(record) for record in message.records if not record.event_name.startswith(("ObjectRemoved", "s3:ObjectRemoved"))
            ]
        if message.event == "s3:TestEvent":
            return []
        if message.wrapped is not None and may_be_wrapped:
            return _read(message.wrapped, may_be_wrapped=False)
        if message.detail_type is not None:
            return _bridged(message)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise NotANoticeError("the message is not one of S3's") from error
    raise NotANoticeError("the message is not one of S3's")


def _notice(record: _S3Record) -> Notice:
    return Notice(record.s3.bucket.name, unquote_plus(record.s3.object.key), record.s3.object.e_tag)


def _bridged(message: _Message) -> list[Notice]:
    """EventBridge's form, whose keys are not encoded."""
    if message.detail_type != "Object Created":
        return []
    detail = msgspec.convert(message.detail, _BridgedDetail)
    return [Notice(detail.bucket.name, detail.object.key, detail.object.etag)]
