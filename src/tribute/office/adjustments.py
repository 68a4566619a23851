"""Bonuses and corrections: given or taken by an owner, booked in the same transaction, each once. Called by REST, GraphQL, pages, CLI."""

from typing import Literal

from tribute.access.caller import Caller
from tribute.kit.clock import Clock
from tribute.ledger.adjustments import AdjustmentRecord, Adjustments
from tribute.ledger.audit import Audit
from tribute.ledger.books import Account, Books, Cause
from tribute.ledger.database import Database
from tribute.office.naming import the_affiliate
from tribute.office.permission import require_owner


class AdjustmentOffice:
    """Threads may share it; each call is one transaction with its note in the audit log."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(
        self, caller: Caller, affiliate: str, kind: Literal["bonus", "correction"], amount_minor: int, currency: str, *, reason: str
    ) -> AdjustmentRecord:
        """Give an affiliate (by code or id) a bonus, or correct what they are owed by an amount above or below zero.

        Not idempotent: told twice, it is given twice. Raises NotAllowedError, InvalidInputError.
        """
        require_owner(caller)
        with self._database.session() as session:
            who = the_affiliate(session, self._clock, affiliate, "affiliate")
            made = Adjustments(session, self._clock).add(who.id, kind, amount_minor, currency, reason=reason, by=caller.person_id)
            entries = [
                (Account("adjustment_expense", made.currency), -made.amount_minor),
                (Account("adjustments", made.currency, who.id), made.amount_minor),
            ]
            Books(session, self._clock).post(Cause("adjustment", made.id, "give"), entries, by=caller.person_id, note=made.reason)
            detail = {"adjustment_id": made.id, "kind": kind, "amount_minor": made.amount_minor, "currency": made.currency}
            Audit(session, self._clock).note("adjustment.add", "affiliate", who.id, by=caller.person_id, detail=detail)
            return made
