"""Customers of a program, recognised by a sender's id for them and by an e-mail address, which is kept as a keyed hash only.

Two customers who turn out to be one are merged, always into the one with the lesser id. Used by the intake of conversions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError
from tribute.kit.ids import new_id
from tribute.ledger.columns import columns_of, delete, insert, insert_or_ignore, update, values_of
from tribute.ledger.models_orders import ConversionRow, CustomerKeyRow, CustomerRow
from tribute.ledger.rules.text import is_storable

_EXTERNAL, _EMAIL = "external", "email"
_ATTEMPTS = 5
"""Each is lost only to another transaction that has just ended; nobody loses five in a row."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What an owner may see of a customer: a masked address such as `x…@example.com`, and the sender's id for them."""

    email: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """A customer as it stands."""

    id: str
    program_id: str
    created_at: datetime
    shown_email: str | None
    shown_external_id: str | None


@dataclass(frozen=True, slots=True)
class CustomerFound:
    """Who a conversion's customer is. `merged` are the ids that this customer had beside its own until now."""

    id: str
    merged: tuple[str, ...] = ()


def external_key(source: str, website_id: str, external_id: str) -> str:
    """The key of a sender's own id for a customer: ids of two senders, or of two websites, have nothing to do with each other."""
    if "/" in source or "/" in website_id:
        raise ValueError("a source and a website's id have no slash, so that a key can be read in one way only")
    return f"{source}/{website_id}/{external_id}"


_CUSTOMER = columns_of(CustomerRow, CustomerRecord)


class Customers:
    """Reads and writes customers within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def of(self, program_id: str, *, external: str | None, email_hash: str | None, shown: Shown) -> CustomerFound | None:
        """Whoever has these keys: found, completed with the key that was missing, merged, or new. None without any key.

        `external` is made by `external_key`. Conversions of merged customers are moved. Raises ConflictError when others keep changing the
        same customers at the same moment.
        """
        keys = [(kind, value) for kind, value in ((_EXTERNAL, external), (_EMAIL, email_hash)) if value is not None]
        if not keys:
            return None
        for _ in range(_ATTEMPTS):
            held = self._locked(program_id, keys)
            missing = [key for key in keys if key not in held]
            if not held:
                if (added := self._add(program_id, keys, shown)) is not None:
                    return CustomerFound(added)
                continue  # someone else has just added one with such a key
            keeper = min(held.values())
            gone = tuple(sorted(set(held.values()) - {keeper}))
            if all(self._add_key(program_id, key, keeper) for key in missing):
                self._complete(keeper, gone, shown)
                return CustomerFound(keeper, gone)
        raise ConflictError("this customer is being changed by others; try again")

    def by_id(self, customer_id: str) -> CustomerRecord | None:
        """The customer with this id."""
        return next(iter(self.by_ids((customer_id,))), None)

    def by_ids(self, customer_ids: Sequence[str]) -> Sequence[CustomerRecord]:
        """Those of these ids that there are, by id."""
        wanted = [customer_id for customer_id in customer_ids if is_storable(customer_id)]
        query = sa.select(*_CUSTOMER).where(CustomerRow.id.in_(wanted)).order_by(CustomerRow.id)
        return [CustomerRecord(*row) for row in self._session.execute(query)]

    def find(self, program_id: str, *, external: str | None = None, email_hash: str | None = None) -> str | None:
        """The customer with one of these keys, without making one."""
        wanted = [(_EXTERNAL, external), (_EMAIL, email_hash)]
        held = self._keys(program_id, [(kind, value) for kind, value in wanted if value is not None])
        return min(held.values(), default=None)

    def _locked(self, program_id: str, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Whose the keys are, with these customers kept from being merged by others until this transaction ends."""
        held = self._keys(program_id, keys)
        if not held:
            return held
        ids = sorted(set(held.values()))
        self._session.execute(sa.select(CustomerRow.id).where(CustomerRow.id.in_(ids)).order_by(CustomerRow.id).with_for_update())
        return self._keys(program_id, keys)  # as it is now that nobody can change it; one that was merged meanwhile stands under another id

    def _keys(self, program_id: str, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
        row = CustomerKeyRow
        wanted = sa.or_(sa.false(), *(sa.and_(row.kind == kind, row.value == value) for kind, value in keys))
        found = self._session.execute(sa.select(row.kind, row.value, row.customer_id).where(row.program_id == program_id, wanted))
        return {(kind, value): customer_id for kind, value, customer_id in found}

    def _add(self, program_id: str, keys: Sequence[tuple[str, str]], shown: Shown) -> str | None:
        """A new customer's id; None when a key was taken at the same moment."""
        record = CustomerRecord(new_id("cus"), program_id, self._clock.now(), shown.email, shown.external_id)
        try:
            with self._session.begin_nested():
                insert(self._session, CustomerRow, values_of(record))
                rows = [{"program_id": program_id, "kind": kind, "value": value, "customer_id": record.id} for kind, value in keys]
                insert(self._session, CustomerKeyRow, *rows)
        except sa.exc.IntegrityError:
            if not self._keys(program_id, keys):
                raise  # it was not a key that was taken: the program is unknown
            return None
        return record.id

    def _add_key(self, program_id: str, key: tuple[str, str], customer_id: str) -> bool:
        values = {"program_id": program_id, "kind": key[0], "value": key[1], "customer_id": customer_id}
        return insert_or_ignore(self._session, CustomerKeyRow, values)

    def _complete(self, keeper: str, gone: Sequence[str], shown: Shown) -> None:
        """Take over what merged customers had, and fill in what is shown where it was not known."""
        known = {record.id: record for record in self.by_ids([keeper, *gone])}
        before = known[keeper]
        emails = [before.shown_email, *(known[one].shown_email for one in gone), shown.email]
        externals = [before.shown_external_id, *(known[one].shown_external_id for one in gone), shown.external_id]
        email, external_id = (next((text for text in texts if text is not None), None) for texts in (emails, externals))
        if (email, external_id) != (before.shown_email, before.shown_external_id):
            completed = update(CustomerRow).where(CustomerRow.id == keeper)
            self._session.execute(completed.values(shown_email=email, shown_external_id=external_id))
        if gone:
            for row in (CustomerKeyRow, ConversionRow):
                self._session.execute(update(row).where(row.customer_id.in_(gone)).values(customer_id=keeper))
            self._session.execute(delete(CustomerRow).where(CustomerRow.id.in_(gone)))
