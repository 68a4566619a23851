"""Bonuses and corrections: given or taken by an owner, booked in the same transaction, each once. Called by REST, GraphQL, pages, CLI."""

from typing import Literal

from sqlalchemy.orm import Session

from tribute.access.caller import Caller
from tribute.kit.clock import Clock
from tribute.ledger.adjustments import AdjustmentRecord, Adjustments
from tribute.ledger.audit import Audit
from tribute.ledger.books import Account, Books, Cause
from tribute.ledger.database import Database
from tribute.office.naming import the_affiliate
from tribute.office.permission import require_change


class AdjustmentOffice:
    """Threads may share it; each call is one transaction with its note in the audit log."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(
        self,
        caller: Caller,
        affiliate: str,
        kind: Literal["bonus", "correction"],
        amount_minor: int,
        currency: str,
        *,
        reason: str,
        external_id: str | None = None,
    ) -> tuple[AdjustmentRecord, bool]:
        """Give an affiliate (by code or id) a bonus, or correct what they are owed by an amount above or below zero; tells if it is new.

        Idempotent by `external_id`, which is unique for the affiliate: told again, nothing is booked and the first one is returned. Without
        it, told twice it is given twice. Raises NotAllowedError, InvalidInputError, and ConflictError for other content under that id.
        """
        require_change(caller)
        with self._database.session() as session:
            who = the_affiliate(session, self._clock, affiliate, "affiliate")
            made, is_new = Adjustments(session, self._clock).add(
                who.id, kind, amount_minor, currency, reason=reason, by=caller.person_id, external_id=external_id
            )
            if is_new:
                self._book(session, made, caller.person_id)
            return made, is_new

    def _book(self, session: Session, made: AdjustmentRecord, by: str) -> None:
        entries = [
            (Account("adjustment_expense", made.currency), -made.amount_minor),
            (Account("adjustments", made.currency, made.affiliate_id), made.amount_minor),
        ]
        Books(session, self._clock).post(Cause("adjustment", made.id, "give"), entries, by=by, note=made.reason)
        detail = {"adjustment_id": made.id, "kind": made.kind, "amount_minor": made.amount_minor, "currency": made.currency}
        if made.external_id is not None:
            detail["external_id"] = made.external_id
        Audit(session, self._clock).note("adjustment.add", "affiliate", made.affiliate_id, by=by, detail=detail)
