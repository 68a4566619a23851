"""Stamps an event with what only the collector can know, and makes its record. Called by the core, under the spool's gate."""

import binascii
from base64 import b64decode
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b

from tribute.collector.completing import with_texts
from tribute.collector.cookieless import cookieless_id
from tribute.collector.decoding import Incoming, IncomingContext, as_text
from tribute.collector.drops import DropReason, EventRefusedError, EventWithheldError
from tribute.collector.marks import Marks
from tribute.collector.port import DailySalts, LedgerUnavailableError, Source
from tribute.events.own_visits import OwnVisits
from tribute.events.privacy import without_addresses, without_identity, without_own_visit
from tribute.events.record import Stamps, Timing, encode_record, text
from tribute.kit.ids import MessageIds
from tribute.kit.proxies import valid_ip

_LONGEST_AGENT = 512
LONGEST_ID = 256
"""Of a message id, in characters."""


def _from_base64(value: bytes | None) -> str | None:
    """The header's id; None where there is none, and for what is no base64 of a text."""
    if not value:
        return None
    try:
        return text(b64decode(value, validate=True).decode(), LONGEST_ID)
    except (binascii.Error, UnicodeDecodeError):
        return None


class Stamper:
    """Makes records. One for each collector; not for several threads at once."""

    def __init__(
        self, salts: DailySalts, message_ids: MessageIds, country: Callable[[str], str | None], own_visits: OwnVisits | None = None
    ) -> None:
        self._salts = salts
        self._message_ids = message_ids
        self.country = country
        self._own_visits = own_visits

    def record(
        self,
        event: bytes,
        incoming: Incoming,
        marks: Marks,
        *,
        ip: str,
        source: Source,
        event_type: str,
        received_at: datetime,
        timing: Timing = Timing.CLIENT,
        identity_needed: bool = True,
    ) -> bytes:
        """The record of one event. Raises EventRefusedError when it says nobody's identity where one is needed.

        With Global Privacy Control or without consent none is needed, and none is kept; where the snippet stores nothing none is needed.
        """
        context = incoming.context if type(incoming.context) is IncomingContext else None
        own_agent = text(context.user_agent, _LONGEST_AGENT) if context is not None else None
        ip = _told_ip(incoming, context) or ip
        stamps = Stamps(
            website_id=source.website_id,
            message_id=self._message_id(incoming.message_id),
            type=event_type,
            received_at=received_at,
            timing=timing,
            country=self.country(ip) if ip else None,
            prefetch=marks.prefetch,
        )
        if own_agent is None:
            stamps.user_agent = marks.user_agent or None
        if marks.sent_at is not None and not text(incoming.sent_at):
            stamps.sent_at = marks.sent_at
        if marks.gpc or (context is not None and context.consent is False):
            if event_type != "page":
                raise EventWithheldError
            stamps.gpc = marks.gpc
            return encode_record(stamps, without_identity(event))
        if context is not None and context.own_visit is not None:
            stamps.own_visit = self._is_own_visit(context.own_visit, source, received_at)
            event = without_own_visit(event)
        texts = _ids_as_texts(incoming)
        if as_text(incoming.anonymous_id) is None:
            stamps.anonymous_id = _from_base64(marks.anonymous_id)
            if stamps.anonymous_id is None and not as_text(incoming.user_id):
                if identity_needed and not (context is not None and context.cookieless is True):
                    raise EventRefusedError(DropReason.NO_IDENTITY, "The event has neither an anonymousId nor a userId.")
                stamps.cookieless_id = self._cookieless_id(source, ip, own_agent or marks.user_agent, received_at)
        return encode_record(stamps, without_addresses(with_texts(event, texts) if texts else event))

    def _message_id(self, told: object) -> str:
        """The event's own id. One of an absurd length is replaced by its hash, so that different ones stay different."""
        own = as_text(told)
        if own is None:
            return self._message_ids.next()
        if len(own) > LONGEST_ID:
            return "long_" + blake2b(own.encode(), digest_size=16).hexdigest()
        return own

    def _is_own_visit(self, mark: object, source: Source, received_at: datetime) -> bool:
        return self._own_visits is not None and self._own_visits.is_own(mark, source.website_id, received_at.date())

    def _cookieless_id(self, source: Source, ip: str, user_agent: str, received_at: datetime) -> str | None:
        """None while the salt cannot be had: the page view alone is worth keeping, and a pixel is never sent twice."""
        try:
            salt = self._salts.salt(source.website_id, received_at.date())
        except LedgerUnavailableError:
            return None
        return cookieless_id(salt, source.domain, ip, user_agent)


def _told_ip(incoming: Incoming, context: IncomingContext | None) -> str | None:
    """The address that the sender tells for its visitor, as servers do; it goes before the one that the request came from."""
    told = (context.ip if context is not None else None) or incoming.request_ip
    return valid_ip(told) if isinstance(told, str) else None


def _ids_as_texts(incoming: Incoming) -> dict[str, str]:
    """The identifiers that came as numbers: later readers take texts only."""
    anonymous_id, user_id = incoming.anonymous_id, incoming.user_id
    if (anonymous_id is None or type(anonymous_id) is str) and (user_id is None or type(user_id) is str):
        return {}
    told = {"anonymousId": anonymous_id, "userId": user_id}
    return {name: found for name, value in told.items() if type(value) is not str and (found := as_text(value)) is not None}
