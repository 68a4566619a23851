"""Decisions about conversions, numbered and never changed, and what the newest one makes of its conversion.

Used by the use cases of money, who hold the program's lock (`Programs.lock`) or the conversion's (`Conversions.lock`).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.ids import new_id
from tribute.ledger.columns import columns_of, delete, insert, table_of, values_of
from tribute.ledger.conversions import ConversionRecord
from tribute.ledger.models_orders import CapUseRow, ConversionRow, DecisionRow, PassedOverRow
from tribute.ledger.rules.decisions import Decision


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One decision; `number` counts a conversion's from 1."""

    id: str
    conversion_id: str
    number: int
    decided_at: datetime
    record: Decision


_DECISION = columns_of(DecisionRow, DecisionRecord)
_DECIDED = (
    sa.update(table_of(ConversionRow))
    .where(table_of(ConversionRow).c.id == sa.bindparam("decided"))
    .values({name: sa.bindparam(name) for name in ("status", "decision_id", "credited_affiliate_id", "due_at", "due_reason")})
)
"""Made once: every order asks for it."""


class Decisions:
    """Reads and adds decisions within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def record(
        self, conversion: ConversionRecord, decision: Decision, *, after: int | None = None, capped: Collection[str] = ()
    ) -> DecisionRecord:
        """Keep a decision as the conversion's newest, which is no longer due by it.

        `after` is the newest one's number so far, 0 before the first; it is looked up unless given. `capped` are the keys of the rules in
        force that have a cap: what the decision pays by them is kept for later orders' standing.
        """
        number = (self._last_number(conversion.id) if after is None else after) + 1
        made = DecisionRecord(new_id("dec"), conversion.id, number, self._clock.now(), decision)
        insert(self._session, DecisionRow, values_of(made))
        attributed = decision.outcome == "attributed"
        status = "held" if decision.outcome == "held" else "provisional" if decision.provisional else "decided"
        values = {
            "decided": conversion.id,
            "status": status,
            "decision_id": made.id,
            "credited_affiliate_id": decision.affiliate_id if attributed else None,
            "due_at": None,
            "due_reason": None,
        }
        self._session.connection().execute(_DECIDED, values)
        self._keep_passed_over(conversion, decision, again=number > 1)
        self._keep_cap_uses(conversion, decision if attributed else None, frozenset(capped), again=number > 1)
        return made

    def of_conversion(self, conversion_id: str) -> Sequence[DecisionRecord]:
        """A conversion's decisions, the first one first."""
        query = sa.select(*_DECISION).where(DecisionRow.conversion_id == conversion_id).order_by(DecisionRow.number)
        return [DecisionRecord(*row) for row in self._session.execute(query)]

    def by_ids(self, decision_ids: Collection[str]) -> Mapping[str, DecisionRecord]:
        """Those of these ids that there are: a page's worth."""
        query = sa.select(*_DECISION).where(DecisionRow.id.in_(sorted(decision_ids)))
        return {record.id: record for record in (DecisionRecord(*row) for row in self._session.execute(query))}

    def newest(self, conversion_id: str) -> DecisionRecord | None:
        """What was decided last."""
        query = sa.select(*_DECISION).where(DecisionRow.conversion_id == conversion_id).order_by(DecisionRow.number.desc()).limit(1)
        row = self._session.execute(query).one_or_none()
        return DecisionRecord(*row) if row is not None else None

    def _last_number(self, conversion_id: str) -> int:
        last = sa.select(sa.func.max(DecisionRow.number)).where(DecisionRow.conversion_id == conversion_id)
        return self._session.scalar(last) or 0

    def _keep_passed_over(self, conversion: ConversionRecord, decision: Decision, *, again: bool) -> None:
        if again:
            self._session.execute(delete(PassedOverRow).where(PassedOverRow.conversion_id == conversion.id))
        rows = [
            {"conversion_id": conversion.id, "affiliate_id": affiliate_id, "occurred_at": conversion.facts.occurred_at}
            for affiliate_id in sorted(decision.passed_over)
        ]
        if rows:
            insert(self._session, PassedOverRow, *rows)

    def _keep_cap_uses(self, conversion: ConversionRecord, decision: Decision | None, capped: frozenset[str], *, again: bool) -> None:
        if again:
            self._session.execute(delete(CapUseRow).where(CapUseRow.conversion_id == conversion.id))
        if decision is None or not capped:
            return
        paid: Counter[str] = Counter()
        for line in decision.lines:
            if line.rule_key in capped and line.commission_minor:
                paid[line.rule_key] += line.commission_minor
        at, source, external_id = conversion.facts.place
        rows = [
            {
                "conversion_id": conversion.id,
                "rule_key": key,
                "program_id": decision.program_id,
                "affiliate_id": decision.affiliate_id,
                "occurred_at": at,
                "source": source,
                "external_id": external_id,
                "amount_minor": amount,
            }
            for key, amount in sorted(paid.items())
        ]
        insert(self._session, CapUseRow, *rows)
