"""Preferences: how a person wants pages written, and which mails they want. Everything here is a wish; none of it decides what they see.

Used by the settings, by every page through the reader, and by the job that writes mails.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.ledger.columns import insert_or_ignore, update
from tribute.ledger.models_own import PreferencesRow

PersonKind = str
"""`owner` for the team, or `affiliate`, as the access room names them."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person wants. None leaves it to the browser, and of the zone to what is usual."""

    zone: str | None = None
    locale: str | None = None
    theme: str | None = None
    mails_conversions: bool = True
    mails_approvals: bool = True
    mails_weekly: bool = True


USUAL: Final = Preferences()
_AT_ONCE: Final = 500
"""How many people one statement names: databases take only so many values in one."""
_COLUMNS = tuple(getattr(PreferencesRow, field.name) for field in fields(Preferences))


class PreferenceBook:
    """Reads and writes preferences within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def of(self, kind: PersonKind, person_id: str) -> Preferences:
        """A person's; the usual ones for who never chose any."""
        return self.of_all(kind, [person_id]).get(person_id, USUAL)

    def of_all(self, kind: PersonKind, person_ids: Sequence[str]) -> Mapping[str, Preferences]:
        """Of however many, by id; who never chose any is left out."""
        row = PreferencesRow
        found: dict[str, Preferences] = {}
        for start in range(0, len(person_ids), _AT_ONCE):
            query = sa.select(row.person_id, *_COLUMNS).where(row.kind == kind, row.person_id.in_(person_ids[start : start + _AT_ONCE]))
            found |= {person_id: Preferences(*values) for person_id, *values in self._session.execute(query)}
        return found

    def change(self, kind: PersonKind, person_id: str, **changes: Any) -> Preferences:
        """Change some of a person's; what they are then. Idempotent. Values are checked by who calls this."""
        now = {"changed_at": self._clock.now()}
        insert_or_ignore(self._session, PreferencesRow, {"kind": kind, "person_id": person_id, **asdict(USUAL), **now})
        theirs = update(PreferencesRow).where(PreferencesRow.kind == kind, PreferencesRow.person_id == person_id)
        self._session.execute(theirs.values(**changes, **now))
        return self.of(kind, person_id)
