"""Makes the books agree with a conversion's newest decision, its refunds and its disputes. May run twice: nothing is booked again.

A commission is what a decision earned; refunds and lost disputes take back of it in the order of their times, open disputes hold it. Those
of the orders that are linked to it count as its own, refunds by the largest sum that one source told of. Works within the transaction of
whoever decides, who holds the program's lock.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.ledger.books import Account, Books, Cause, OwedKind
from tribute.ledger.commissions import CommissionRecord, Commissions, CommissionStatus, ReversalRecord
from tribute.ledger.conversions import ConversionRecord
from tribute.ledger.decisions import DecisionRecord, Decisions
from tribute.ledger.outbox import Outbox
from tribute.ledger.refunds import DisputeRecord, Refunds
from tribute.ledger.rules.decisions import Decision
from tribute.ledger.rules.orders import Refund
from tribute.ledger.rules.refunds import refunded_by_any, reversals

BY: Final = "tribute"
"""Who books what follows from decisions by itself."""
_ACCOUNTS: Final[dict[CommissionStatus, OwedKind]] = {"pending": "pending", "approved": "approved", "paid": "approved", "held": "held"}
"""On which of an affiliate's accounts a commission stands; a reversed or rejected one has nothing left on any."""


@dataclass(frozen=True, slots=True)
class _Taking:
    """What a refund or a lost dispute takes back of a commission."""

    at: datetime
    id: str
    amount_minor: int
    is_refund: bool


class Settling:
    """Works within the session's transaction, in which nobody else changes the conversions that it is made to settle.

    `linked` are the conversions that are linked to them, by their ids.
    """

    def __init__(
        self,
        session: Session,
        clock: Clock,
        conversions: Sequence[ConversionRecord] = (),
        linked: Mapping[str, Sequence[ConversionRecord]] | None = None,
    ) -> None:
        self._clock = clock
        self._linked = linked or {}
        self._books = Books(session, clock)
        self._commissions = Commissions(session, clock)
        self._decisions = Decisions(session, clock)
        self._outbox = Outbox(session)
        ids = {conversion.id for conversion in (*conversions, *(one for others in self._linked.values() for one in others))}
        self._refunds = Refunds(session).of_conversions(ids) if ids else {}
        self._disputes = Refunds(session).disputes_of(ids) if ids else {}

    def settle(self, conversion: ConversionRecord, decision: DecisionRecord) -> None:
        """Bring commission, reversals and books of a conversion to where its newest decision, refunds and disputes have them.

        `conversion` is as it was before that decision: what was never decided has no commission to look for.
        """
        was_decided = conversion.state.decision_id is not None
        commission = self._commissions.current(conversion.id, lock=True) if was_decided else None
        if commission is not None and decision.record.reason == "rejected":
            self._reject(commission, decision)
        else:
            if commission is not None and not self._stands(commission, decision.record):
                self._withdraw(commission, decision)
                commission = None
            if commission is None and decision.record.commission_minor > 0 and decision.record.outcome == "attributed":
                commission = self._earn(conversion, decision)
            if commission is not None:
                self._follow_up(conversion, commission, decision.record)
        self._outbox.add([conversion.id])

    def approve(self, commission: CommissionRecord) -> bool:
        """Approve a pending commission whose hold period is over; tells whether it was pending until now."""
        if not self._commissions.move(commission.id, of="pending", to="approved"):
            return False
        self._book(Cause("commission", commission.id, "approve"), commission, "pending", "approved", commission.left_minor)
        return True

    def _stands(self, commission: CommissionRecord, decision: Decision) -> bool:
        """Whether the newest decision comes to the commission that is there, line by line, so that refunds take back the same."""
        if commission.status == "rejected" or decision.outcome != "attributed":
            return False
        made_by = self._decisions.by_ids([commission.decision_id])[commission.decision_id].record
        same = (commission.affiliate_id, commission.currency, commission.amount_minor, commission.payable_at)
        if same != (decision.affiliate_id, decision.currency, decision.commission_minor, decision.payable_at):
            return False
        return [line.commission_minor for line in made_by.lines] == [line.commission_minor for line in decision.lines]

    def _earn(self, conversion: ConversionRecord, decision: DecisionRecord) -> CommissionRecord:
        record = decision.record
        if record.affiliate_id is None or record.program_id is None or record.payable_at is None:
            raise ValueError("a decision with a commission names its affiliate, its program and when it becomes payable")
        commission = self._commissions.add(
            conversion_id=conversion.id,
            decision_id=decision.id,
            affiliate_id=record.affiliate_id,
            program_id=record.program_id,
            website_id=conversion.facts.website_id,
            currency=record.currency,
            amount_minor=record.commission_minor,
            payable_at=record.payable_at,
            occurred_at=conversion.facts.occurred_at,
        )
        self._book(Cause("decision", decision.id, "earn"), commission, None, "pending", commission.amount_minor)
        return commission

    def _withdraw(self, commission: CommissionRecord, decision: DecisionRecord) -> None:
        """Take a commission back whole, because a later decision comes to another one or to none."""
        self._book(Cause("decision", decision.id, "withdraw"), commission, commission.status, None, commission.left_minor)
        self._commissions.supersede(commission.id)

    def _reject(self, commission: CommissionRecord, decision: DecisionRecord) -> None:
        if commission.status != "rejected":
            self._book(Cause("decision", decision.id, "reject"), commission, commission.status, None, commission.left_minor)
            self._commissions.move(commission.id, of=commission.status, to="rejected")  # why is the decision's to tell, to its owner

    def _follow_up(self, conversion: ConversionRecord, commission: CommissionRecord, decision: Decision) -> None:
        """Take back what refunds and lost disputes take, then hold or release."""
        refunds, disputes = self._refunds_of(conversion), self._disputes_of(conversion)
        touched = commission.reversed_minor or commission.status == "held"  # also by those of an order that is linked to it no more
        if not refunds and not disputes and not touched:
            return
        wanted = list(_takings(conversion, commission, decision, refunds, disputes))
        standing = {one.refund_id or one.dispute_id or "": one for one in self._commissions.reversals(commission.id)}
        changed = [one for one in wanted if one.id not in standing or standing[one.id].amount_minor != one.amount_minor]
        gone = [one for cause_id, one in standing.items() if cause_id not in {each.id for each in wanted}]
        for known in (*gone, *(standing[one.id] for one in changed if one.id in standing)):
            commission = self._give_back(commission, known)
        for one in changed:
            commission = self._take(commission, one)
        self._place(commission, disputes)

    def _refunds_of(self, conversion: ConversionRecord) -> list[Refund]:
        """What was refunded of a conversion, by whichever source told of it."""
        linked = [(other.order(), self._told_refunds(other)) for other in self._linked.get(conversion.id, ())]
        return refunded_by_any(conversion.order(), self._told_refunds(conversion), linked)

    def _told_refunds(self, conversion: ConversionRecord) -> list[Refund]:
        return [one.refund() for one in self._refunds.get(conversion.id, ())]

    def _disputes_of(self, conversion: ConversionRecord) -> list[DisputeRecord]:
        """A conversion's disputes, then those of the conversions that are linked to it."""
        return [one for each in (conversion, *self._linked.get(conversion.id, ())) for one in self._disputes.get(each.id, ())]

    def _take(self, commission: CommissionRecord, taking: _Taking) -> CommissionRecord:
        refund_id, dispute_id = (taking.id, None) if taking.is_refund else (None, taking.id)
        reversal, _ = self._commissions.reverse(
            commission, taking.amount_minor, occurred_at=taking.at, refund_id=refund_id, dispute_id=dispute_id
        )
        self._book(Cause("reversal", reversal.id, "take"), commission, commission.status, None, taking.amount_minor)
        return self._fresh(commission)

    def _give_back(self, commission: CommissionRecord, reversal: ReversalRecord) -> CommissionRecord:
        """Undo a reversal, because another refund that came before it, or another amount, has taken its place."""
        if commission.status == "reversed":
            self._commissions.move(commission.id, of="reversed", to=self._after_hold(commission))
            commission = self._fresh(commission)
        self._commissions.unreverse(reversal)
        self._book(Cause("reversal", reversal.id, "undo"), commission, None, commission.status, reversal.amount_minor)
        return self._fresh(commission)

    def _place(self, commission: CommissionRecord, disputes: Sequence[DisputeRecord]) -> None:
        """Give the commission the status that its disputes and what is left of it ask for."""
        opened = next((one for one in disputes if one.outcome is None), None)
        if not commission.left_minor:
            self._commissions.move(commission.id, of=commission.status, to="reversed")
        elif opened is not None and commission.status != "held":
            self._shift(commission, "held", "hold", _told_to_affiliate(opened))
        elif opened is None and commission.status == "held":
            self._shift(commission, self._after_hold(commission), "release")

    def _shift(self, commission: CommissionRecord, to: CommissionStatus, step: str, held_reason: str | None = None) -> None:
        """Give the commission another status. It may be held and released several times, so that these steps are numbered."""
        self._commissions.move(commission.id, of=commission.status, to=to, held_reason=held_reason)
        number = len(self._books.of_cause("commission", commission.id)) + 1
        self._book(Cause("commission", commission.id, f"{step} {number}"), commission, commission.status, to, commission.left_minor)

    def _after_hold(self, commission: CommissionRecord) -> CommissionStatus:
        """Where a commission goes that nothing holds any more: to where it would be, had nothing held it."""
        return "approved" if commission.payable_at <= self._clock.now() else "pending"

    def _book(
        self, cause: Cause, commission: CommissionRecord, source: CommissionStatus | None, target: CommissionStatus | None, amount: int
    ) -> None:
        """Move an amount between the accounts of two statuses; None is the house, which owes it or has it back."""
        if not amount:
            return
        of, to = _account(commission, source), _account(commission, target)
        if of != to:
            self._books.post(cause, [(of, -amount), (to, amount)], by=BY)

    def _fresh(self, commission: CommissionRecord) -> CommissionRecord:
        found = self._commissions.by_id(commission.id)
        assert found is not None  # noqa: S101 -- it is this transaction's
        return found


def _takings(
    conversion: ConversionRecord,
    commission: CommissionRecord,
    decision: Decision,
    refunds: Sequence[Refund],
    disputes: Sequence[DisputeRecord],
) -> Iterator[_Taking]:
    """What each refund and lost dispute takes, by their times: a lost dispute all that is left, later refunds what is left then."""
    amounts = reversals(decision.lines, conversion.order(), refunds)
    by_refunds = [_Taking(one.occurred_at, one.refund_id, amount, is_refund=True) for one, amount in zip(refunds, amounts, strict=True)]
    lost = [
        _Taking(one.closed_at, one.id, commission.amount_minor, is_refund=False)
        for one in disputes
        if one.outcome == "lost" and one.closed_at is not None
    ]
    left = commission.amount_minor
    for one in sorted((*by_refunds, *lost), key=lambda taking: (taking.at, taking.id)):
        amount = min(one.amount_minor, left)
        left -= amount
        if amount:
            yield _Taking(one.at, one.id, amount, one.is_refund)


def _told_to_affiliate(dispute: DisputeRecord) -> str:
    """Why a commission is held, without what a bank or a shop wrote of its customer."""
    return dispute.reason if dispute.is_hold and dispute.reason else "disputed"


def _account(commission: CommissionRecord, status: CommissionStatus | None) -> Account:
    kind = _ACCOUNTS.get(status) if status is not None else None
    if kind is None:
        return Account("commission_expense", commission.currency)
    return Account(kind, commission.currency, commission.affiliate_id)
