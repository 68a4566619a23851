"""Why the collector refused an event. Each refused event is counted under exactly one of these."""

from enum import StrEnum

from tribute.collector.exchange import RefusalError


class DropReason(StrEnum):
    NOT_AN_EVENT = "not_an_event"
    """Not a JSON object, or one whose fields no rule could ever read."""
    TOO_DEEP = "too_deep"
    """Nested deeper than any tracker does, and than a reader's stack should bear."""
    UNKNOWN_TYPE = "unknown_type"
    """An element of a batch that does not say a type of the protocol."""
    NO_IDENTITY = "no_identity"
    """Neither `anonymousId` nor `userId`."""
    NO_CONSENT = "no_consent"
    """Anything but a page view, with Global Privacy Control or without consent: answered with 200, and not kept."""
    RATE_LIMITED = "rate_limited"
    """Over the write key's rate; the tracker is told when to come again."""


class EventRefusedError(RefusalError):
    """One event cannot be taken; the others of its batch can."""

    def __init__(self, reason: DropReason, sentence: str) -> None:
        super().__init__(400, sentence)
        self.reason = reason


class EventWithheldError(EventRefusedError):
    """The event may not be kept, though nothing is wrong with it: its sender is told 200, or it would be counted as lost."""

    def __init__(self) -> None:
        super().__init__(DropReason.NO_CONSENT, "Without consent only page views are kept.")
