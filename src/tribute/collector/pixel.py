"""The pixel: an event told in the query of an image. Dotted keys are nested, every value is a text. Called by the core."""

from typing import Any
from urllib.parse import parse_qsl

import msgspec

from tribute.collector.exchange import RefusalError

_MOST_FIELDS = 1000
_DEEPEST = 16


def event_of_query(query: bytes) -> bytes:
    """The event as JSON, without the write key. Raises RefusalError (400) for a query with an absurd number of fields."""
    try:
        pairs = parse_qsl(query.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="replace")
    except ValueError as error:
        raise RefusalError(400, f"The query has over {_MOST_FIELDS} fields.") from error
    event: dict[str, Any] = {}
    for key, value in pairs:
        if key != "writeKey":
            _put(event, key, value)
    return msgspec.json.encode(event)


def _put(event: dict[str, Any], key: str, value: str) -> None:
    """Put a value where its dotted key says. A key that would need a text to be an object as well is left out."""
    *parents, name = key.split(".", _DEEPEST)
    place = event
    for parent in parents:
        inner = place.setdefault(parent, {})
        if not isinstance(inner, dict):
            return
        place = inner
    if not isinstance(place.get(name), dict):
        place[name] = value
