"""Decides what is due: reads what a decision rests on, decides, keeps the decision and books it, one program's batch a transaction.

May run twice, late, and in several processes at once: a program's orders are decided under its lock, in the order of their place, and what
was decided the same way before is left as it is. Called by a job, and by doors that wait for an answer.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.orm import Session

from tribute.analytics.clicks import Click
from tribute.attribution.candidates import Candidates
from tribute.attribution.deciding import choose, decide
from tribute.attribution.emails import EmailHashes
from tribute.attribution.gathering import Gatherer
from tribute.attribution.linked import with_what_linked_tell
from tribute.attribution.ports import Arrivals, Evidence
from tribute.attribution.settling import Settling
from tribute.kit.clock import Clock
from tribute.kit.errors import UnavailableError
from tribute.ledger.commissions import Commissions
from tribute.ledger.conversions import ConversionRecord, Conversions
from tribute.ledger.database import Database
from tribute.ledger.decisions import DecisionRecord, Decisions
from tribute.ledger.programs import Programs
from tribute.ledger.related_conversions import RelatedConversions
from tribute.ledger.rules.calendar import period_of
from tribute.ledger.rules.commissions import earn, needs_of
from tribute.ledger.rules.decisions import ClickSeen, Decision
from tribute.ledger.rules.orders import Order
from tribute.ledger.rules.terms import Period, Terms

_log = structlog.get_logger(__name__)

SILENCE: Final = timedelta(minutes=15)
"""How long a spool that is not heard of holds a decision up."""
LATER: Final = timedelta(hours=1)
"""When a conversion is tried again that could not be decided because of a fault of ours."""
BATCH: Final = 100
"""Decisions in one transaction: enough that its sync to disk is shared, few enough that nobody waits long for the ledger."""
_LENGTHS: Final[tuple[Period, ...]] = ("month", "quarter", "year", "ever")


class Desk:
    """Threads may share it; one of them decides at a time. Raises UnavailableErrors, with nothing half done."""

    def __init__(self, database: Database, evidence: Evidence, arrivals: Arrivals, clock: Clock, hashes: EmailHashes) -> None:
        self._database = database
        self._evidence = evidence
        self._arrivals = arrivals
        self._clock = clock
        self._hashes = hashes
        self._deciding = threading.Lock()

    def decide_due(self) -> int:
        """Decide everything that can be decided now; tells how many conversions were looked at."""
        with self._deciding:
            self._take_up_provisional()
            horizon = self._horizon()
            looked_at = 0
            for program_id in self._programs_due(horizon):
                while done := self._decide_batch(program_id, horizon):
                    looked_at += done
            return looked_at

    def approve_due(self) -> int:
        """Approve every commission whose hold period is over; tells how many."""
        approved = 0
        while True:
            with self._database.session() as session:
                settling = Settling(session, self._clock)
                due = Commissions(session, self._clock).due_for_approval(self._clock.now(), BATCH)
                approved += sum(settling.approve(commission) for commission in due)
            if len(due) < BATCH:
                return approved

    def _horizon(self) -> datetime:
        """What became due up to here can be decided: its events are loaded, or the spool has been silent for too long."""
        return max(self._arrivals.loaded_until(), self._clock.now() - SILENCE)

    def _take_up_provisional(self) -> None:
        """Have what was decided without all its events decided again once they are loaded."""
        loaded_until = self._arrivals.loaded_until()
        with self._database.reading() as session:
            conversions = Conversions(session, self._clock)
            waiting = [one for one in conversions.by_ids(conversions.ids("provisional")) if one.state.due_at is None]
        ready = [one.id for one in waiting if one.facts.received_at <= loaded_until]
        if ready:
            with self._database.session() as session:
                Conversions(session, self._clock).mark_due(ready, "events arrived", at=loaded_until)

    def _programs_due(self, horizon: datetime) -> list[str | None]:
        with self._database.reading() as session:
            return list(Conversions(session, self._clock).programs_due(horizon))

    def _decide_batch(self, program_id: str | None, horizon: datetime) -> int:
        """Decide the first of what is due of a program; tells how many. One that cannot be decided does not hold the others up."""
        try:
            return self._decide_some(program_id, horizon, BATCH)
        except UnavailableError:
            raise
        except Exception:  # noqa: BLE001 -- which of them it was, and why, shows when they are decided one by one
            _log.exception("deciding_failed", program=program_id)
        return sum(self._decide_or_put_off(program_id, horizon) for _ in range(BATCH))

    def _decide_or_put_off(self, program_id: str | None, horizon: datetime) -> int:
        """Decide the first that is due by itself, or have it tried again later when that fails."""
        try:
            return self._decide_some(program_id, horizon, 1)
        except UnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 -- the others must be decided, whatever this one has
            with self._database.session() as session:
                conversions = Conversions(session, self._clock)
                for record in conversions.next_due(1, horizon, program_id=program_id):
                    _log.exception("conversion_put_off", conversion=record.id)
                    conversions.put_off(record.id, self._clock.now() + LATER, f"failed: {type(error).__name__}")
            return 1

    def _decide_some(self, program_id: str | None, horizon: datetime, limit: int) -> int:
        with self._database.session() as session:
            if program_id is not None:
                Programs(session, self._clock).lock(program_id)
            records = Conversions(session, self._clock).next_due(limit, horizon, program_id=program_id)
            mine = [record for record in records if record.facts.program_id == program_id]
            if mine:
                gatherer = Gatherer(session, self._clock, self._evidence, self._hashes)
                _Batch(session, self._clock, gatherer, arrivals=self._arrivals, horizon=horizon, records=mine).decide()
            return len(mine)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What one source told of an order, and the clicks before it; `is_complete` once no more of them can come."""

    order: Order
    clicks: Sequence[Click | ClickSeen]
    is_complete: bool


class _Batch:
    """One transaction's decisions. What all of its conversions need is read once."""

    def __init__(
        self,
        session: Session,
        clock: Clock,
        gatherer: Gatherer,
        *,
        arrivals: Arrivals,
        horizon: datetime,
        records: Sequence[ConversionRecord],
    ) -> None:
        self._records = records
        self._conversions = Conversions(session, clock)
        self._decisions = Decisions(session, clock)
        self._related = RelatedConversions(session)
        self._linked = self._related.linked_orders([record.id for record in records])
        self._settling = Settling(session, clock, records, self._linked)
        self._told = {one.id: one for one in (*records, *(one for others in self._linked.values() for one in others))}
        self._before = self._decisions.by_ids({one.state.decision_id for one in self._told.values() if one.state.decision_id is not None})
        self._gatherer = gatherer
        self._loaded_until = arrivals.loaded_until()
        self._horizon = horizon

    def decide(self) -> None:
        told = list(self._told.values())
        orders = self._gatherer.with_visitors(told)
        evidence = {
            record.id: self._evidence_of(record, order, clicks)
            for record, order, clicks in zip(told, orders, self._gatherer.clicks(orders), strict=True)
        }
        for record in self._records:
            self._decide_one(record, evidence[record.id], [evidence[other.id] for other in self._linked.get(record.id, ())])

    def _evidence_of(self, record: ConversionRecord, order: Order, clicks: Sequence[Click]) -> _Evidence:
        before = self._before.get(record.state.decision_id or "")
        is_complete = order.received_at <= self._loaded_until
        if not is_complete and before is not None and not before.record.provisional:
            # A store that is being made anew does not know yet what it knew before; no refund may take a commission away for that.
            return _Evidence(order, _clicks_of(before.record), is_complete=True)
        return _Evidence(order, clicks, is_complete)

    def _decide_one(self, record: ConversionRecord, own: _Evidence, linked: Sequence[_Evidence]) -> None:
        """Decide by an order's own evidence and that of the orders linked to it; each of these has it decided again once it has all."""
        before = self._before.get(record.state.decision_id or "")
        order = with_what_linked_tell(own.order, [other.order for other in linked])
        clicks = [click for one in (own, *linked) for click in one.clicks]
        candidates = self._gatherer.candidates(record, order, clicks)
        decision = self._decided(order, candidates, provisional=not own.is_complete)
        if before is not None and before.record == decision:
            self._conversions.settled(record.id)
            self._settling.settle(record, before)  # a refund or a dispute may be what it was due for
            return
        made = self._keep(record, decision, candidates.terms, after=before.number if before is not None else 0)
        self._settling.settle(record, made)
        self._mark_dependents(record, candidates.terms, before.record if before else None, decision)

    def _decided(self, order: Order, candidates: Candidates, *, provisional: bool) -> Decision:
        choice = choose(order, candidates)
        earned = None
        if choice.earner is not None and candidates.terms is not None:
            standing = self._gatherer.standing(order, choice.earner, candidates.terms)
            earned = earn(order, choice.earner, candidates.terms, standing, self._gatherer.names())
        return decide(order, candidates, choice, earned, provisional=provisional)

    def _keep(self, record: ConversionRecord, decision: Decision, terms: Terms | None, *, after: int) -> DecisionRecord:
        capped = {need.rule_key for need in needs_of(terms).caps} if terms is not None else set()
        return self._decisions.record(record, decision, after=after, capped=capped)

    def _mark_dependents(self, record: ConversionRecord, terms: Terms | None, before: Decision | None, now: Decision) -> None:
        """Have decided again what rests on this: the same order, the customer's later ones, look-alikes, and what tiers and caps count."""
        same = {one.same_as for one in (before, now) if one is not None and one.same_as is not None}
        self._conversions.mark_due(same, f"{record.id} was decided", at=self._horizon)
        if terms is None:
            return
        needs = needs_of(terms)
        periods = {*needs.periods, *(need.per for need in needs.caps)}
        longest = next((per for per in reversed(_LENGTHS) if per in periods), None)
        credited = {one.affiliate_id for one in (before, now) if one is not None and one.affiliate_id is not None}
        dependents = self._related.dependents(
            record,
            duplicates=self._gatherer.duplicates(record),
            affiliate_ids=credited if longest is not None else (),
            until=period_of(record.facts.occurred_at, longest).end if longest is not None else None,
        )
        self._conversions.mark_due(dependents, f"{record.id} was decided", at=self._horizon)


def _clicks_of(decision: Decision) -> list[ClickSeen]:
    """The order's own clicks that a decision kept."""
    return [one.click for one in decision.considered if one.click is not None and one.via in {"click", "click_id"}]
