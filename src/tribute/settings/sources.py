"""Buckets to follow, as `[[sources]]` of `tribute.toml` or JSON in the environment say them. Read by `loading`, used by `app`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tribute.objects.s3.address import BucketAddress, PrefixExpression
from tribute.settings.values import as_endpoint, positive

FORMATS: Final = ("firehose", "rudderstack", "segment")
_KEYS: Final = ("url", "format", "website", "queue", "endpoint", "list_seconds")
_LIST_SECONDS = 300.0
_LIST_SECONDS_WITH_QUEUE = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class SourceSetting:
    """A bucket that others write and Tribute follows."""

    url: str
    """`s3://bucket/prefix`, with expressions."""
    format: str
    website: str | None
    """Whose events they all are: id, domain or name; None lets the events say it."""
    queue: str | None
    """The address of an SQS queue that gets the bucket's notifications."""
    endpoint: str | None
    list_seconds: float
    """How often the bucket is listed."""


def as_sources(value: Any) -> tuple[SourceSetting, ...]:
    """A list of tables; text is read as JSON."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.strip() else []
        except json.JSONDecodeError as error:
            raise ValueError("give a JSON list of sources, or [[sources]] in tribute.toml") from error
    if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
        raise ValueError("give each source as a table: [[sources]] with url and format below it")
    sources = tuple(_source(entry) for entry in value)
    if len({source.url for source in sources}) < len(sources):
        raise ValueError("two sources have the same url")
    queues = [source.queue for source in sources if source.queue is not None]
    if len(set(queues)) < len(queues):  # each would take the other's messages away
        raise ValueError("two sources have the same queue; give each one of its own")
    return sources


def _source(entry: Mapping[str, Any]) -> SourceSetting:
    unknown = [key for key in entry if key not in _KEYS]
    if unknown:
        raise ValueError(f"a source has no {unknown[0]!r}; there are {', '.join(_KEYS)}")
    url, form = _text(entry, "url"), _text(entry, "format")
    if url is None or form not in FORMATS:
        raise ValueError(f"a source needs a url and a format: {', '.join(FORMATS)}")
    address = BucketAddress.parse(url)
    PrefixExpression(address.prefix)
    queue, endpoint = _text(entry, "queue"), _text(entry, "endpoint")
    return SourceSetting(
        url=str(address),
        format=form,
        website=_text(entry, "website"),
        queue=as_endpoint(queue) if queue else None,
        endpoint=as_endpoint(endpoint) if endpoint else None,
        list_seconds=positive(float, 86_400)(entry.get("list_seconds", _LIST_SECONDS_WITH_QUEUE if queue else _LIST_SECONDS)),
    )


def _text(entry: Mapping[str, Any], key: str) -> str | None:
    value = entry.get(key)
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise ValueError(f"a source's {key} is text")
    return value.strip() if value is not None else None
