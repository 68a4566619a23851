"""A website that is added while the server runs has its salts before its first visitor comes."""

from tests.support.served import eventually
from tribute.app.parts import Parts
from tribute.app.upkeep import LedgerUpkeep
from tribute.collector.port import LedgerUnavailableError
from tribute.ledger.websites import Websites


def test_salts_are_made_without_being_asked_for(parts: Parts) -> None:
    upkeep = LedgerUpkeep(parts)
    upkeep.start()
    with parts.database.session() as session:
        website = Websites(session, parts.clock).add("Course", "course.example")

    def salt() -> bytes:
        try:
            return upkeep.salts.salt(website.id, parts.clock.now().date())
        except LedgerUnavailableError:
            return b""

    assert len(eventually(salt, bool)) >= 16
    upkeep.stop()
