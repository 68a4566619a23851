"""The texts and banners of programs as a caller may see them; their images are anyone's, as they stand on affiliates' sites.

Used by the pages and the CLI.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tribute.access.caller import Caller
from tribute.kit.clock import Clock
from tribute.kit.errors import NotFoundError
from tribute.ledger.creatives import CreativeRecord, Creatives
from tribute.ledger.database import Database
from tribute.ledger.programs import Programs
from tribute.ledger.websites import Websites
from tribute.reports.programs import ProgramReports
from tribute.reports.scope import affiliate_of, require_team


@dataclass(frozen=True, slots=True)
class ProgramCreatives:
    """What one program offers, and the websites that a link in it may lead to, by name."""

    program_id: str
    program: str
    websites: Sequence[str]
    creatives: Sequence[CreativeRecord]


class CreativeReports:
    """Reads the ledger within the caller's scope. Threads may share it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def offered(self, caller: Caller) -> Sequence[ProgramCreatives]:
        """What the calling affiliate may use: that of programs in which they may earn."""
        affiliate_of(caller)
        seen = [one for one in ProgramReports(self._database, self._clock).programs(caller) if one.may_earn]
        with self._database.reading() as session:
            creatives = Creatives(session, self._clock)
            return [
                ProgramCreatives(
                    one.record.id,
                    one.record.name,
                    [site.name for site in one.websites if site.enabled],
                    creatives.of_program(one.record.id),
                )
                for one in seen
            ]

    def of_program(self, caller: Caller, program: str) -> ProgramCreatives:
        """What a program (by id or name) offers; for the team. Raises NotFoundError."""
        require_team(caller)
        with self._database.reading() as session:
            programs = Programs(session, self._clock)
            found = programs.by_name(program)
            if found is None:
                raise NotFoundError(f"no program is called {program[:60]!r}; `tribute program list` shows them")
            inside = programs.websites(found.id)
            names = [site.name for site in Websites(session, self._clock).all() if site.id in inside]
            return ProgramCreatives(found.id, found.name, names, Creatives(session, self._clock).of_program(found.id))

    def image(self, creative_id: str) -> tuple[str, bytes] | None:
        """A banner's media type and image; None where there is none of that id. Asked by anyone who looks at an affiliate's site."""
        with self._database.reading() as session:
            return Creatives(session, self._clock).image(creative_id)
