"""The tracking paths: what each takes. The table is the protocol's, letter for letter; the core and both shells read it."""

import re
from enum import Enum

import msgspec

from tribute.events.record import EVENT_TYPES


class Kind(Enum):
    EVENT = "one event in a JSON body"
    BATCH = "a batch of events in a JSON body"
    IMPORT = "a batch of past events"
    PIXEL = "one event in the query of an image"
    SOURCE_CONFIG = "settings for RudderStack's trackers"
    PROJECT_SETTINGS = "settings for Segment's tracker"
    SNIPPET_SETTINGS = "settings for our own snippet"
    IGNORED = "trackers' own statistics: answered, not kept"

    __hash__ = object.__hash__  # members are single, and Enum's own hash is felt at 20,000 requests a second


class Route(msgspec.Struct, frozen=True):
    """What stands behind a path. `type` is the event type that the path says, whatever the body does."""

    kind: Kind
    methods: tuple[str, ...]
    type: str = ""


_PREFIXES = ("v1/", "beacon/", "pixel/")
_POST = ("POST", "OPTIONS")
_GET = ("GET", "HEAD", "OPTIONS")
_ONE_LETTER = {"p": "page", "t": "track", "i": "identify", "g": "group", "a": "alias", "s": "screen"}
_BATCH = Route(Kind.BATCH, _POST)
_PROJECT_SETTINGS = Route(Kind.PROJECT_SETTINGS, _GET)
_SNIPPET_SETTINGS = Route(Kind.SNIPPET_SETTINGS, _GET)
_PROJECT_PATH = re.compile(r"/v1/projects/([^/]+)/settings")
_SNIPPET_PATH = re.compile(r"/v1/snippet/([^/]+)")

ROUTES: dict[str, Route] = {
    **{f"/v1/{name}": Route(Kind.EVENT, _POST, name) for name in sorted(EVENT_TYPES)},
    **{f"/v1/{letter}": Route(Kind.EVENT, _POST, name) for letter, name in _ONE_LETTER.items()},
    "/v1/batch": _BATCH,
    "/v1/b": _BATCH,
    "/beacon/v1/batch": _BATCH,
    "/v1/import": Route(Kind.IMPORT, _POST),
    "/pixel/v1/page": Route(Kind.PIXEL, _GET, "page"),
    "/pixel/v1/track": Route(Kind.PIXEL, _GET, "track"),
    "/sourceConfig": Route(Kind.SOURCE_CONFIG, _GET),
    "/sourceConfig/": Route(Kind.SOURCE_CONFIG, _GET),
    "/rsaMetrics": Route(Kind.IGNORED, _POST),
    "/v1/m": Route(Kind.IGNORED, _POST),
}

HOT_PATHS: dict[bytes, str] = {path.encode(): path for path, route in ROUTES.items() if route.kind in (Kind.EVENT, Kind.BATCH)}
"""Where nearly every request goes: what the fast shell answers by itself."""


def route_of(path: str) -> Route | None:
    """What stands behind a percent-decoded path; None when the protocol has no such path.

    A doubled slash in front or one at the end, as data plane URLs that end in a slash make them, is forgiven: a 404 would lose the event.
    """
    route = ROUTES.get(path) or ROUTES.get("/" + path.strip("/"))
    if route is None and _PROJECT_PATH.fullmatch(path):
        return _PROJECT_SETTINGS
    if route is None and _SNIPPET_PATH.fullmatch(path):
        return _SNIPPET_SETTINGS
    return route


def path_key(path: str) -> str | None:
    """The write key in `/v1/projects/<writeKey>/settings` or `/v1/snippet/<writeKey>`."""
    match = _PROJECT_PATH.fullmatch(path) or _SNIPPET_PATH.fullmatch(path)
    return match[1] if match else None


def is_tracking_path(path: str) -> bool:
    """Whether the collector answers this path, if only with the protocol's own 404. Only these paths may carry credentialed CORS."""
    return route_of(path) is not None or path.lstrip("/").startswith(_PREFIXES)
