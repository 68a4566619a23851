"""What an owner says of an order: whose it is, that it is rejected, the same as another or not, held, or to be decided again.

The word is kept and the order decided again, beside the earlier decision, whose entries are taken back and made anew; so is the order
that it is or was linked to. Called by REST, GraphQL and the pages.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from sqlalchemy.orm import Session

from tribute.access.caller import Caller
from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError, InvalidInputError
from tribute.ledger.audit import Audit
from tribute.ledger.conversions import ConversionRecord, Conversions
from tribute.ledger.database import Database
from tribute.ledger.refunds import HOLD, DisputeRecord, Refunds
from tribute.ledger.rules.orders_checked import checked_text
from tribute.office.naming import the_affiliate
from tribute.office.permission import require_change

LONGEST_REASON: Final = 500


class Decider(Protocol):
    """Decides what is due."""

    def decide_due(self) -> int: ...


class OrderOffice:
    """Threads may share it; each call is one transaction with its note in the audit log, and is followed by deciding what it made due.

    Raises NotAllowedError, NotFoundError, InvalidInputError for a missing reason, and ConflictError. `on_change` is called after each.
    """

    def __init__(self, database: Database, clock: Clock, decider: Decider, on_change: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._decider = decider
        self._on_change = on_change

    def assign(self, caller: Caller, conversion_id: str, affiliate: str | None, *, reason: str) -> None:
        """Give an order to an affiliate (by code or id), or (None) to nobody; nothing overrules that."""
        told = _checked_reason(reason)
        with self._changing(caller, conversion_id, "conversion.assign") as (session, record, detail):
            if record.facts.program_id is None:
                raise ConflictError("the order's website was in no program when it was told of, so that there are no terms to pay it by")
            who = the_affiliate(session, self._clock, affiliate, "affiliate") if affiliate is not None else None
            Conversions(session, self._clock).assign(record.id, who.id if who else None, note=told, by=caller.person_id)
            detail |= {"affiliate_id": who.id if who else None, "reason": told}

    def unassign(self, caller: Caller, conversion_id: str) -> None:
        """Take the owner's word back, so that the order is decided by its codes and clicks again. Idempotent."""
        with self._changing(caller, conversion_id, "conversion.unassign") as (session, record, _):
            Conversions(session, self._clock).unassign(record.id)

    def reject(self, caller: Caller, conversion_id: str, *, reason: str) -> None:
        """Reject an order: nobody earns on it."""
        told = _checked_reason(reason)
        with self._changing(caller, conversion_id, "conversion.reject") as (session, record, detail):
            Conversions(session, self._clock).reject(record.id, told)
            detail |= {"reason": told}

    def unreject(self, caller: Caller, conversion_id: str) -> None:
        """Take a rejection back. Idempotent."""
        with self._changing(caller, conversion_id, "conversion.unreject") as (session, record, _):
            Conversions(session, self._clock).reject(record.id, None)

    def link(self, caller: Caller, conversion_id: str, to: str) -> None:
        """Say that an order is the same as another one of its program, which alone earns."""
        with self._changing(caller, conversion_id, "conversion.link") as (session, record, detail):
            conversions = Conversions(session, self._clock)
            other = conversions.by_id(to)
            if other is None:
                raise InvalidInputError("to", "no conversion has that id")
            if other.facts.program_id != record.facts.program_id:
                raise InvalidInputError("to", "is an order of another program; link orders of one program")
            conversions.link(record.id, other.id)
            conversions.mark_due([other.id], "linked", at=other.facts.received_at)
            detail |= {"to": other.id}

    def keep_apart(self, caller: Caller, conversion_id: str) -> None:
        """Say that an order is no duplicate of another, whether it was held as one or linked. Idempotent."""
        with self._changing(caller, conversion_id, "conversion.keep_apart") as (session, record, _):
            Conversions(session, self._clock).keep_apart(record.id)

    def hold(self, caller: Caller, conversion_id: str, *, reason: str) -> None:
        """Hold what an order earned until it is released; the affiliate sees the reason. Raises ConflictError when it is held already."""
        told = _checked_reason(reason)
        with self._changing(caller, conversion_id, "conversion.hold") as (session, record, detail):
            disputes = Refunds(session)
            known = disputes.disputes(record.id)
            if any(_is_open_hold(one) for one in known):
                raise ConflictError("the order is held already; release it first")
            external_id = _free_name({one.external_id for one in known})
            opened_at = max(self._clock.now(), record.facts.occurred_at)
            disputes.open_dispute(record.id, external_id, reason=told, opened_at=opened_at, by=caller.person_id)
            detail |= {"hold": external_id, "reason": told}

    def release(self, caller: Caller, conversion_id: str) -> None:
        """Release what was held. Raises ConflictError when nothing is; a customer's open dispute goes on holding it."""
        with self._changing(caller, conversion_id, "conversion.release") as (session, record, detail):
            disputes = Refunds(session)
            held = [one for one in disputes.disputes(record.id) if _is_open_hold(one)]
            if not held:
                raise ConflictError("the order is not held by you; a customer's dispute is ended by telling how it ended")
            for one in held:
                disputes.close_dispute(one.id, "won", closed_at=max(self._clock.now(), one.opened_at))
            detail |= {"hold": held[0].external_id}

    def decide_again(self, caller: Caller, conversion_id: str) -> None:
        """Have an order decided by what is known now; the same decision changes nothing."""
        with self._changing(caller, conversion_id, "conversion.decide_again"):
            pass

    @contextmanager
    def _changing(self, caller: Caller, conversion_id: str, action: str) -> Iterator[tuple[Session, ConversionRecord, dict[str, object]]]:
        """The transaction of a change: the conversion, kept from others, is noted and due at the end, and then decided."""
        require_change(caller)
        detail: dict[str, object] = {}
        with self._database.session() as session:
            conversions = Conversions(session, self._clock)
            record = conversions.lock(conversion_id)
            yield session, record, detail
            # No event that is still on its way has a say in this: what was received before the order was is enough, now as before.
            conversions.mark_due(record.same_order_ids, action, at=record.facts.received_at)
            Audit(session, self._clock).note(action, "conversion", record.id, by=caller.person_id, detail=detail)
        self._decider.decide_due()
        self._on_change()


def _checked_reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInputError("reason", "say why; it is kept with the decision")
    return checked_text(reason, "reason", most=LONGEST_REASON)


def _is_open_hold(dispute: DisputeRecord) -> bool:
    return dispute.is_hold and dispute.outcome is None


def _free_name(taken: set[str]) -> str:
    number = 1
    while f"{HOLD}{number}" in taken:
        number += 1
    return f"{HOLD}{number}"
