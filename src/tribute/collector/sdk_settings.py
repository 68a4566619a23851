"""What trackers ask for before they send: the least that makes each of them send, and send to us. Called by the core.

Source: the tracking protocol's "Minimal settings that make the SDKs send".
"""

from urllib.parse import urlsplit

import msgspec

from tribute.collector.exchange import Request
from tribute.collector.port import Source


def rudderstack_settings(source: Source) -> bytes:
    """For RudderStack's browser trackers, which refuse to send if a key is missing or `enabled` is false."""
    return msgspec.json.encode({"source": {"id": source.website_id, "enabled": True, "config": {}, "destinations": []}})


def segment_settings(write_key: str, request: Request, public_url: str | None) -> bytes:
    """For Segment's browser tracker: without `apiKey`, `apiHost` and `protocol` its events carry no key, or go to Segment, or to https."""
    if public_url:
        parts = urlsplit(public_url)
        protocol, host = parts.scheme, parts.netloc + parts.path.rstrip("/")
    else:
        protocol, host = request.scheme, request.headers.get(b"host", b"localhost").decode("latin-1")
    ours = {"apiKey": write_key, "apiHost": f"{host}/v1", "protocol": protocol}
    return msgspec.json.encode({"integrations": {"Segment.io": ours}, "metrics": {"sampleRate": 0}})
