"""Names of objects: where a segment's records end up, and which segment an object came from. Pure; used by delivery and the loader.

Invariant: a segment and the object it becomes are one source. Both are known by the same UUID, made from the segment's key.
"""

import re
import uuid
from datetime import UTC, datetime, timedelta

_NAMESPACE = uuid.UUID("58fe3ad6-d10d-52fc-8158-40227620b22c")
_NAME = re.compile(
    r"(?:.*/)?[^/]+-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-([0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})\.jsonl\.zst"
)


def source_of_segment(segment_key: str) -> str:
    """The name under which the loader's manifest knows a segment, and later its object: a version 5 UUID as text."""
    return str(uuid.uuid5(_NAMESPACE, segment_key))


def object_key(prefix: str, segment_key: str, first_received_at: datetime, *, stream: str = "events", version: str = "1") -> str:
    """`<prefix>/yyyy/MM/dd/HH/<stream>-<version>-yyyy-MM-dd-HH-mm-ss-<uuid>.jsonl.zst`, in UTC, as Firehose names its objects.

    The same segment gets the same key every time. `prefix` may be empty; slashes around it do not count.
    """
    at = first_received_at.astimezone(UTC)
    folder = prefix.strip("/")
    name = f"{at:%Y/%m/%d/%H}/{stream}-{version}-{at:%Y-%m-%d-%H-%M-%S}-{source_of_segment(segment_key)}.jsonl.zst"
    return f"{folder}/{name}" if folder else name


def recent_folders(prefix: str, now: datetime) -> list[str]:
    """The prefixes of all keys that `object_key` gives to segments begun today or yesterday, in UTC."""
    folder = prefix.strip("/") and f"{prefix.strip('/')}/"
    today = now.astimezone(UTC)
    return [f"{folder}{day:%Y/%m/%d}/" for day in (today - timedelta(days=1), today)]


def source_of_object(key: str) -> str | None:
    """The source that an object of ours came from; None for a foreign object, which is its own source.

    Firehose's names look alike but end differently, and their UUIDs are random ones (version 4).
    """
    match = _NAME.fullmatch(key)
    return None if match is None else match[1]
