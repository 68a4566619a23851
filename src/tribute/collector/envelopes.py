"""The records of a batch's plain events, which nearly all are: their stamps are encoded once, and each event's bytes put into them.

Invariant: a record is byte for byte what the stamper makes of the same event; whatever is not plain it makes itself. Called by the core.
"""

from collections.abc import Callable
from datetime import datetime

from tribute.collector.decoding import Incoming, IncomingContext
from tribute.collector.marks import Marks
from tribute.collector.stamping import LONGEST_ID
from tribute.events.privacy import may_tell_addresses
from tribute.events.record import Envelope, Stamps, Timing, is_one_line


class Envelopes:
    """Those of one batch."""

    def __init__(
        self, body: bytes, marks: Marks, ip: str, *, received_at: datetime, timing: Timing, country: Callable[[str], str | None]
    ) -> None:
        """`body` is the whole batch: what is not in it is in none of its events, and is looked for once."""
        self._all_are_clean = _is_clean(body)
        self._none_is_plain = marks.gpc
        self._marks = marks
        self._ip = ip
        self._received_at = received_at
        self._timing = timing
        self._country = country
        self._known: dict[tuple[str, str, bool, bool], Envelope] = {}

    def record(self, event: bytes, incoming: Incoming, website_id: str) -> bytes | None:
        """The record of a plain event: one with ids, types and times as texts and nothing to cut out. None for any other."""
        context = incoming.context
        if self._none_is_plain or type(context) is not IncomingContext or context.own_visit is not None or context.consent is False:
            return None
        message_id, anonymous_id, user_id = incoming.message_id, incoming.anonymous_id, incoming.user_id
        if type(message_id) is not str or not 0 < len(message_id) <= LONGEST_ID or type(anonymous_id) is not str or not anonymous_id:
            return None
        if (user_id is not None and type(user_id) is not str) or not (self._all_are_clean or _is_clean(event)):
            return None
        # Filled texts are told, as `text` has it; in a clean event none holds a NUL.
        sent_at, agent = incoming.sent_at, context.user_agent
        kind = (website_id, incoming.type, type(sent_at) is str and sent_at != "", type(agent) is str and agent != "")
        envelope = self._known.get(kind)
        if envelope is None:
            envelope = self._known[kind] = self._envelope(*kind)
        return envelope.around(message_id, event)

    def _envelope(self, website_id: str, event_type: str, has_sent_at: bool, has_agent: bool) -> Envelope:
        stamps = Stamps(
            website_id=website_id,
            message_id="",
            type=event_type,
            received_at=self._received_at,
            timing=self._timing,
            sent_at=None if has_sent_at else self._marks.sent_at,
            user_agent=None if has_agent else self._marks.user_agent or None,
            country=self._country(self._ip) if self._ip else None,
            prefetch=self._marks.prefetch,
        )
        return Envelope.of(stamps)


def _is_clean(events: bytes) -> bool:
    """Whether there is neither an address, nor a NUL in a text, nor a break of the line; without the first two nobody tells his own ip."""
    return is_one_line(events) and not may_tell_addresses(events)
