"""Opens a home's ledger for one command, making home and tables on first use. Works beside a running server: the database sees to that."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tribute.access.caller import Caller, Role
from tribute.home import prepare_home, public_url, secret_key
from tribute.kit.clock import Clock, SystemClock
from tribute.kit.errors import NotFoundError
from tribute.ledger.affiliates import AffiliateRecord, Affiliates
from tribute.ledger.database import Database
from tribute.ledger.websites import WebsiteRecord, Websites
from tribute.migrations import migrate
from tribute.settings import Settings, load_settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tribute.access.sealing import Sealer

COMMAND_LINE: Final = Caller(Role.OWNER, "command line")
"""Who asks at a terminal: whoever can read the home owns it."""


@dataclass(frozen=True, slots=True)
class OpenLedger:
    """A ledger at hand, and what it goes by."""

    settings: Settings
    database: Database
    clock: Clock

    def sign_in_url(self, token: str) -> str:
        """The address at which a sign-in link's token is used."""
        return f"{public_url(self.settings)}/sign-in/{token}"

    def note(self, session: "Session", action: str, kind: str, subject_id: str, **detail: object) -> None:
        """Write down in the audit log, within the command's transaction, what somebody at the terminal changed."""
        from tribute.ledger.audit import Audit  # only here: commands that change nothing start faster

        Audit(session, self.clock).note(action, kind, subject_id, by=COMMAND_LINE.person_id, detail=detail)

    def aws_sealer(self) -> "Sealer":
        """What the secrets of AWS keys are sealed with."""
        from tribute.access.aws_keys import SEALING_PURPOSE
        from tribute.access.sealing import Sealer  # only here: cryptography takes a while to load

        return Sealer(secret_key(self.settings), SEALING_PURPOSE)


@contextmanager
def open_ledger(home: Path | None) -> Iterator[OpenLedger]:
    """The ledger of a home (None: by the settings), migrated, closed at the end. Raises TributeError for people."""
    settings = load_settings({"HOME": home})
    prepare_home(settings.home)
    database = Database(settings.database_url, create=True)
    try:
        migrate(database)
        yield OpenLedger(settings, database, SystemClock())
    finally:
        database.close()


def the_affiliate(affiliates: Affiliates, code_or_id: str) -> AffiliateRecord:
    """The affiliate that a person named. Raises NotFoundError."""
    found = affiliates.by_code(code_or_id) or affiliates.by_id(code_or_id)
    if found is None:
        raise NotFoundError(f"no affiliate has the code {code_or_id!r}; `tribute affiliate list` shows them")
    return found


def the_website(websites: Websites, name_domain_or_id: str) -> WebsiteRecord:
    """The website that a person named. Raises NotFoundError."""
    found = websites.by_name(name_domain_or_id)
    if found is None:
        raise NotFoundError(f"no website is called {name_domain_or_id!r}; `tribute website list` shows them")
    return found
