"""Coupon codes, whose use at a checkout credits an affiliate of a program. A code never changes hands within its program.

Used by the use cases of money.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError, NotFoundError
from tribute.ledger.absences import absent_at, begin_absence, end_absence
from tribute.ledger.columns import columns_of, insert_or_ignore, update, values_of
from tribute.ledger.models import AffiliateRow
from tribute.ledger.models_programs import CouponAbsenceRow, CouponRow, ProgramRow
from tribute.ledger.rules.coupons import checked_coupon, normalised_coupon
from tribute.ledger.rules.text import is_storable


@dataclass(frozen=True, slots=True)
class CouponRecord:
    """A coupon as it stands; `code` is in lower case. While disabled it credits no orders placed since `disabled_at`."""

    program_id: str
    code: str
    affiliate_id: str
    created_at: datetime
    disabled_at: datetime | None


_COUPON = columns_of(CouponRow, CouponRecord)


class Coupons:
    """Reads and writes coupons within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(self, program_id: str, code: str, affiliate_id: str) -> CouponRecord:
        """Give an affiliate a coupon; their own disabled one works again, for orders placed from now on. Idempotent.

        Raises InvalidInputError, NotFoundError, and ConflictError when the code is another affiliate's in this program.
        """
        code = checked_coupon(code)
        if not is_storable(program_id) or self._session.get(ProgramRow, program_id) is None:
            raise NotFoundError("no program has that id; `tribute program list` shows them")
        if not is_storable(affiliate_id) or self._session.get(AffiliateRow, affiliate_id) is None:
            raise NotFoundError("no affiliate has that id; `tribute affiliate list` shows them")
        found = self._one(program_id, code, locked=True)
        if found is None:
            found = CouponRecord(program_id, code, affiliate_id, self._clock.now(), disabled_at=None)
            if not insert_or_ignore(self._session, CouponRow, values_of(found)):  # given away by someone else since we looked
                raise _taken(code)
        if found.affiliate_id != affiliate_id:
            raise _taken(code)
        if found.disabled_at is not None:
            return self._set_disabled(found, disabled=False)
        return found

    def disable(self, program_id: str, code: str) -> CouponRecord:
        """Let a coupon credit no further orders. Idempotent. Raises NotFoundError."""
        found = self._one(program_id, code, locked=True)
        if found is None:
            raise NotFoundError("the program has no such coupon")
        return found if found.disabled_at is not None else self._set_disabled(found, disabled=True)

    def find(self, program_id: str, code: str) -> CouponRecord | None:
        """A program's coupon, disabled ones too, in upper or lower case."""
        return self._one(program_id, code)

    def holder_of(self, program_id: str, code: str, *, given_by: datetime, used_at: datetime) -> str | None:
        """Whose a coupon is that was given by one instant and not disabled at another, whatever it is now; None for nobody's."""
        normal = normalised_coupon(code)
        if normal is None or not is_storable(program_id):
            return None
        absence = CouponAbsenceRow
        disabled = sa.exists().where(absence.program_id == program_id, absence.code == normal, absent_at(absence, used_at))
        query = sa.select(CouponRow.affiliate_id).where(CouponRow.program_id == program_id, CouponRow.code == normal)
        return self._session.scalar(query.where(CouponRow.created_at <= given_by, ~disabled))

    def all(self, *, program_id: str | None = None, affiliate_id: str | None = None) -> Sequence[CouponRecord]:
        """Every coupon, or a program's, or an affiliate's, by program and code."""
        query = sa.select(*_COUPON).order_by(CouponRow.program_id, CouponRow.code)
        if program_id is not None:
            query = query.where(CouponRow.program_id == program_id)
        if affiliate_id is not None:
            query = query.where(CouponRow.affiliate_id == affiliate_id)
        return [CouponRecord(*row) for row in self._session.execute(query)]

    def _one(self, program_id: str, code: str, *, locked: bool = False) -> CouponRecord | None:
        """Locked, who else would change it waits until this transaction ends."""
        normal = normalised_coupon(code)
        if normal is None or not is_storable(program_id):
            return None
        query = sa.select(*_COUPON).where(CouponRow.program_id == program_id, CouponRow.code == normal)
        row = self._session.execute(query.with_for_update(key_share=True) if locked else query).one_or_none()
        return CouponRecord(*row) if row is not None else None

    def _set_disabled(self, coupon: CouponRecord, *, disabled: bool) -> CouponRecord:
        now = self._clock.now()
        this = (CouponRow.program_id == coupon.program_id, CouponRow.code == coupon.code)
        changed = replace(coupon, disabled_at=now if disabled else None)
        self._session.execute(update(CouponRow).where(*this).values(disabled_at=changed.disabled_at))
        note = begin_absence if disabled else end_absence
        note(self._session, CouponAbsenceRow, now, program_id=coupon.program_id, code=coupon.code)
        return changed


def _taken(code: str) -> ConflictError:
    return ConflictError(f"the coupon {code!r} is another affiliate's in this program, and never changes hands; choose another one")
