"""Affiliates and their codes. A code never changes hands and no absence is forgotten, so that every past number can be explained.

Used by the CLI and access, and through `app` by loader and reports.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError, NotFoundError
from tribute.kit.ids import new_id
from tribute.ledger.absences import Absence, begin_absence, end_absence
from tribute.ledger.models import AffiliateAbsenceRow, AffiliateCodeRow, AffiliateRow
from tribute.ledger.paging import Page, after, checked_limit, cut, text_cursor
from tribute.ledger.rules.codes import checked_code, normalised_code
from tribute.ledger.rules.text import checked_email, checked_name, email_key, is_storable


@dataclass(frozen=True, slots=True)
class AffiliateRecord:
    """An affiliate as it stands; `code` is the current primary code."""

    id: str
    name: str
    email: str
    code: str
    active: bool
    created_at: datetime
    deactivated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CodeHistoryEntry:
    """A code in lower case, or an affiliate's own id, and whose it has been since when."""

    code: str
    affiliate_id: str
    registered_at: datetime


class Affiliates:
    """Reads and writes affiliates within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(self, name: str, email: str, code: str) -> AffiliateRecord:
        """Add an affiliate with a first, primary code. Raises InvalidInputError, and ConflictError when email or code is another's."""
        name, email, code = checked_name(name), checked_email(email), checked_code(code)
        now = self._clock.now()
        row = AffiliateRow(id=new_id("aff"), name=name, email=email, email_key=email_key(email), created_at=now)
        first = AffiliateCodeRow(code=code, affiliate_id=row.id, registered_at=now, is_primary=True)
        self._refuse_taken(code, email)
        try:
            with self._session.begin_nested():
                self._session.add(row)
                self._session.flush()  # the code's foreign key needs its affiliate first
                self._session.add(first)
        except sa.exc.IntegrityError as error:  # added by someone else since we looked; their transaction is over now
            self._refuse_taken(code, email)
            raise ConflictError("an affiliate with that code or e-mail address was added at the same moment; try again") from error
        return _record(row, code)

    def add_code(self, affiliate_id: str, code: str, *, primary: bool = False) -> AffiliateRecord:
        """Give an affiliate a further code, or make one of its own codes the primary one. Idempotent.

        Earlier codes stay the affiliate's. Raises InvalidInputError, NotFoundError, and ConflictError when the code is another's.
        """
        code = checked_code(code)
        if self.by_id(affiliate_id) is None:
            raise NotFoundError("no affiliate has that id; `tribute affiliate list` shows them")
        row = self._session.get(AffiliateCodeRow, code)
        if row is None:
            row = AffiliateCodeRow(code=code, affiliate_id=affiliate_id, registered_at=self._clock.now(), is_primary=False)
            try:
                with self._session.begin_nested():
                    self._session.add(row)
            except sa.exc.IntegrityError as error:
                raise _code_taken(code) from error
        elif row.affiliate_id != affiliate_id:
            raise _code_taken(code)
        if primary:
            self._make_primary(row)
        record = self.by_id(affiliate_id)
        assert record is not None  # noqa: S101 -- looked up above, in this transaction
        return record

    def set_active(self, affiliate_id: str, *, active: bool) -> None:
        """Let an affiliate sign in and earn, or no longer; codes, numbers and past absences stay as they are. Idempotent.

        Raises NotFoundError.
        """
        locked = {"key_share": True}  # who changes it at the same moment waits; new codes and clicks do not
        row = self._session.get(AffiliateRow, affiliate_id, with_for_update=locked) if is_storable(affiliate_id) else None
        if row is None:
            raise NotFoundError("no affiliate has that id; `tribute affiliate list` shows them")
        if active != (row.deactivated_at is not None):
            return
        now = self._clock.now()
        row.deactivated_at = None if active else now
        self._session.flush()
        note = end_absence if active else begin_absence
        note(self._session, AffiliateAbsenceRow, now, affiliate_id=row.id)

    def rename(self, affiliate_id: str, name: str) -> None:
        """Call an affiliate by another name. Idempotent. Raises InvalidInputError."""
        self._session.execute(sa.update(AffiliateRow).where(AffiliateRow.id == affiliate_id).values(name=checked_name(name)))

    def change_email(self, affiliate_id: str, email: str) -> None:
        """Give an affiliate another address. Idempotent. Raises InvalidInputError, and ConflictError when it is another affiliate's."""
        email = checked_email(email)
        found = self.by_email(email)
        if found is not None and found.id != affiliate_id:
            raise ConflictError("an affiliate with that e-mail address is there already; use another address")
        theirs = sa.update(AffiliateRow).where(AffiliateRow.id == affiliate_id)
        self._session.execute(theirs.values(email=email, email_key=email_key(email)))

    def all(self) -> Sequence[AffiliateRecord]:
        """Every affiliate, inactive ones too, by primary code."""
        return self._records(sa.true())

    def page(self, *, search: str = "", active: bool | None = None, cursor: str | None = None, limit: int = 50) -> Page[AffiliateRecord]:
        """Affiliates whose name, address or any code has the text, by primary code. Raises InvalidInputError for a cursor or limit."""
        row, code = AffiliateRow, AffiliateCodeRow
        conditions = [after(cursor, code.code)]
        if active is not None:
            conditions.append(row.deactivated_at.is_(None) if active else row.deactivated_at.is_not(None))
        if search:
            with_code = sa.select(code.affiliate_id).where(code.code.icontains(search, autoescape=True))
            texts = (column.icontains(search, autoescape=True) for column in (row.name, row.email_key))
            conditions.append(sa.or_(*texts, row.id.in_(with_code)))
        found = self._records(sa.and_(*conditions), limit=checked_limit(limit) + 1)
        return cut(found, limit, lambda record: text_cursor(record.code))

    def by_id(self, affiliate_id: str) -> AffiliateRecord | None:
        """The affiliate with this id."""
        return self._one(AffiliateRow.id == affiliate_id) if is_storable(affiliate_id) else None

    def by_code(self, code: str) -> AffiliateRecord | None:
        """The affiliate who has this code, primary or not, in upper or lower case."""
        normal = normalised_code(code)
        owner = sa.select(AffiliateCodeRow.affiliate_id).where(AffiliateCodeRow.code == normal).scalar_subquery()
        return self._one(AffiliateRow.id == owner) if normal is not None else None

    def holders(self, codes: Collection[str]) -> Mapping[str, str]:
        """The ids of the affiliates who have these codes, primary or not, by the code as it was asked; what is nobody's is left out."""
        asked = {code: normal for code in codes if (normal := normalised_code(code)) is not None}
        query = sa.select(AffiliateCodeRow.code, AffiliateCodeRow.affiliate_id).where(AffiliateCodeRow.code.in_(sorted({*asked.values()})))
        ids = dict(self._session.execute(query).all())
        return {code: ids[normal] for code, normal in asked.items() if normal in ids}

    def holder_of(self, code: str, at: datetime) -> str | None:
        """Whose a code was at an instant, or an affiliate's own id: the affiliate's id, None for nobody's."""
        normal = normalised_code(code)
        if normal is not None:
            row = AffiliateCodeRow
            return self._session.scalar(sa.select(row.affiliate_id).where(row.code == normal, row.registered_at <= at))
        told = code.strip()
        return self._session.scalar(sa.select(AffiliateRow.id).where(AffiliateRow.id == told)) if is_storable(told) else None

    def by_ids(self, affiliate_ids: Collection[str]) -> Mapping[str, AffiliateRecord]:
        """Those of these ids that there are, by id."""
        return {record.id: record for record in self._records(AffiliateRow.id.in_(sorted(affiliate_ids)))}

    def absences(self, affiliate_ids: Collection[str]) -> Mapping[str, Sequence[Absence]]:
        """When each of these was deactivated, in the order of time; of who never was, none."""
        row = AffiliateAbsenceRow
        query = sa.select(row.affiliate_id, row.from_at, row.until_at).where(row.affiliate_id.in_(sorted(affiliate_ids)))
        found: dict[str, list[Absence]] = {one: [] for one in affiliate_ids}
        for affiliate_id, from_at, until_at in self._session.execute(query.order_by(row.from_at, row.id)):
            found[affiliate_id].append(Absence(from_at, until_at))
        return found

    def by_email(self, email: str) -> AffiliateRecord | None:
        """The affiliate with this e-mail address, without regard to case."""
        return self._one(AffiliateRow.email_key == email_key(email)) if is_storable(email) else None

    def by_emails(self, emails: Collection[str]) -> Mapping[str, AffiliateRecord]:
        """Those of these addresses that have an account, by the address in lower case as `email_key` writes it."""
        keys = sorted({email_key(email) for email in emails if is_storable(email)})
        return {email_key(record.email): record for record in self._records(AffiliateRow.email_key.in_(keys))}

    def code_history(self) -> Sequence[CodeHistoryEntry]:
        """Every code ever registered, and every affiliate's own id from its creation on, in the order of registration."""
        codes = sa.select(AffiliateCodeRow.code, AffiliateCodeRow.affiliate_id, AffiliateCodeRow.registered_at)
        ids = sa.select(AffiliateRow.id, AffiliateRow.id, AffiliateRow.created_at)
        entries = [CodeHistoryEntry(*row) for query in (codes, ids) for row in self._session.execute(query)]
        return sorted(entries, key=lambda entry: (entry.registered_at, entry.code))

    def primary_codes(self) -> Mapping[str, str]:
        """Affiliate id to current primary code."""
        query = sa.select(AffiliateCodeRow.affiliate_id, AffiliateCodeRow.code).where(AffiliateCodeRow.is_primary)
        return dict(self._session.execute(query).all())

    def _records(self, condition: sa.ColumnElement[bool], limit: int | None = None) -> list[AffiliateRecord]:
        query = (
            sa.select(AffiliateRow, AffiliateCodeRow.code)
            .join(AffiliateCodeRow, sa.and_(AffiliateCodeRow.affiliate_id == AffiliateRow.id, AffiliateCodeRow.is_primary))
            .where(condition)
            .order_by(AffiliateCodeRow.code)
            .limit(limit)
        )
        return [_record(row, code) for row, code in self._session.execute(query)]

    def _one(self, condition: sa.ColumnElement[bool]) -> AffiliateRecord | None:
        return next(iter(self._records(condition)), None)

    def _make_primary(self, row: AffiliateCodeRow) -> None:
        others = sa.update(AffiliateCodeRow).where(AffiliateCodeRow.affiliate_id == row.affiliate_id, AffiliateCodeRow.code != row.code)
        self._session.execute(others.values(is_primary=False))  # first, because only one may be primary at any moment
        row.is_primary = True
        self._session.flush()

    def _refuse_taken(self, code: str, email: str) -> None:
        if self._session.get(AffiliateCodeRow, code) is not None:
            raise _code_taken(code)
        if self.by_email(email) is not None:
            raise ConflictError("an affiliate with that e-mail address is there already; use another address")


def _code_taken(code: str) -> ConflictError:
    return ConflictError(f"the code {code!r} is an affiliate's already, and a code never changes hands; choose another one")


def _record(row: AffiliateRow, code: str) -> AffiliateRecord:
    return AffiliateRecord(row.id, row.name, row.email, code, row.deactivated_at is None, row.created_at, row.deactivated_at)
