"""Texts and banners that the owner gives a program's affiliates. Called by the console and the CLI."""

from sqlalchemy.orm import Session

from tribute.access.caller import Caller
from tribute.kit.clock import Clock
from tribute.ledger.audit import Audit
from tribute.ledger.creatives import CreativeRecord, Creatives
from tribute.ledger.database import Database
from tribute.ledger.rules.images import checked_image
from tribute.office.naming import the_program
from tribute.office.permission import require_change


class CreativeOffice:
    """Threads may share it; each call is one transaction with its note in the audit log. A program is named by id or name."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, caller: Caller, program: str, text: str, image: bytes | None = None) -> CreativeRecord:
        """Add a text, or with an image a banner. Raises NotAllowedError, NotFoundError, InvalidInputError, ConflictError."""
        require_change(caller)
        checked = checked_image(image) if image is not None else None
        with self._database.session() as session:
            found = the_program(session, self._clock, program)
            made = Creatives(session, self._clock).add(found.id, text, checked)
            self._note(session, caller, "creative.add", made)
            return made

    def remove(self, caller: Caller, creative_id: str) -> CreativeRecord:
        """Offer one no more. Idempotent. Raises NotAllowedError, NotFoundError."""
        require_change(caller)
        with self._database.session() as session:
            removed = Creatives(session, self._clock).remove(creative_id)
            self._note(session, caller, "creative.remove", removed)
            return removed

    def _note(self, session: Session, caller: Caller, action: str, creative: CreativeRecord) -> None:
        detail = {"creative_id": creative.id, "kind": "banner" if creative.media_type else "text"}
        Audit(session, self._clock).note(action, "program", creative.program_id, by=caller.person_id, detail=detail)
