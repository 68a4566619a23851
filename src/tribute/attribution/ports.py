"""What attribution needs from where events arrive. The composition root wires the spool, the loader and the event store to it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from tribute.analytics.clicks import Click, ClicksAsked


class Arrivals(Protocol):
    """Where events arrive, and how far they have come."""

    def stamp(self) -> datetime:
        """Now, by the clock that events are received by: whatever was answered before this call was received no later."""
        ...

    def loaded_until(self) -> datetime:
        """The watermark: every event received before this instant can be asked for."""
        ...

    def hurry(self) -> None:
        """Have what waits loaded now instead of at the next look. Returns at once."""
        ...


class Evidence(Protocol):
    """The part of the event store that decisions rest on."""

    def clicks_for(self, asked: Sequence[ClicksAsked]) -> list[list[Click]]: ...

    def visitors_of_orders(self, asked: Sequence[tuple[str, str, datetime]]) -> list[str | None]: ...
