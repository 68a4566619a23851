"""Up to which instant the numbers are complete: never later than the truth, also while a server that has just started catches up."""

from collections.abc import Callable
from datetime import UTC, datetime

from tribute.analytics.port import EventStore
from tribute.app.parts import Parts
from tribute.kit.errors import TributeError

_NOT_YET = datetime.fromtimestamp(0, UTC)
"""Told while nothing at all is known to be loaded."""


def data_as_of(parts: Parts) -> Callable[[], datetime]:
    """Tells the loader's watermark. Until its first load has ended: what the store held when the server started, which came in order."""
    now = parts.clock.now()
    at_start = min(_newest_receipt(parts.store) or _NOT_YET, now)
    return lambda: parts.loader.watermark or at_start


def _newest_receipt(store: EventStore) -> datetime | None:
    """None for an empty store, and for one that does not answer."""
    try:
        return store.newest_receipt()
    except TributeError:
        return None
