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


def snippet_settings(source: Source) -> bytes:
    """For our own snippet: where an affiliate's code stands in addresses, how many days it is kept, and whether that needs consent.

    The website's domain lets it tell an arrival from a way within the website as the derivation does.
    """
    wanted = {
        "domain": source.domain,
        "parameters": list(source.link_parameters),
        "days": source.window_days,
        "consent": source.consent_required,
    }
    return msgspec.json.encode(wanted)


def segment_settings(write_key: str, request: Request, public_url: str | None) -> bytes:
    """For Segment's browser tracker: without `apiKey`, `apiHost` and `protocol` its events carry no key, or go to Segment, or to https."""
    if public_url:
        parts = urlsplit(public_url)
        protocol, host = parts.scheme, parts.netloc + parts.path.rstrip("/")
    else:
        protocol, host = request.scheme, request.headers.get(b"host", b"localhost").decode("latin-1")
    ours = {"apiKey": write_key, "apiHost": f"{host}/v1", "protocol": protocol}
    return msgspec.json.encode({"integrations": {"Segment.io": ours}, "metrics": {"sampleRate": 0}})
