"""Names that a caller filters by, as ids: within a read's transaction. What names nothing is that field's fault. Called by the reports."""

from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.errors import InvalidInputError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.programs import Programs
from tribute.ledger.websites import Websites

_SHOWN = 60


def website_asked(session: Session, clock: Clock, told: str | None) -> str | None:
    """The id of the website of this id, domain or name; None where none is asked for. Raises InvalidInputError."""
    found = Websites(session, clock).by_name(told) if told is not None else None
    if told is not None and found is None:
        raise InvalidInputError("website", f"no website is called {told[:_SHOWN]!r}")
    return found.id if found is not None else None


def program_asked(session: Session, clock: Clock, told: str | None) -> str | None:
    """The id of the program of this id or name; None where none is asked for. Raises InvalidInputError."""
    found = Programs(session, clock).by_name(told) if told is not None else None
    if told is not None and found is None:
        raise InvalidInputError("program", f"no program is called {told[:_SHOWN]!r}")
    return found.id if found is not None else None


def affiliate_asked(session: Session, clock: Clock, told: str | None) -> str | None:
    """The id of the affiliate of this code or id; None where none is asked for. Only ever for the team. Raises InvalidInputError."""
    affiliates = Affiliates(session, clock)
    found = affiliates.by_code(told) or affiliates.by_id(told) if told is not None else None
    if told is not None and found is None:
        raise InvalidInputError("affiliate", f"no affiliate has the code {told[:_SHOWN]!r}")
    return found.id if found is not None else None
