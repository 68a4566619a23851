"""Websites as the team adds and changes them. What is changed counts for what comes from then on. Called by the pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from tribute.access.caller import Caller
from tribute.kit.clock import Clock
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database
from tribute.ledger.websites import WebsiteRecord, Websites
from tribute.office.naming import the_website
from tribute.office.permission import require_change


@dataclass(frozen=True, slots=True)
class WebsiteChange:
    """What is to be another; None leaves a part as it is. An empty `default_url` means the front page."""

    name: str | None = None
    domain: str | None = None
    link_parameters: Sequence[str] | None = None
    window_days: int | None = None
    consent_required: bool | None = None
    default_url: str | None = None


class WebsiteOffice:
    """Threads may share it; each call is one transaction with its note in the audit log. A website is named by id, domain or name."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, caller: Caller, name: str, domain: str) -> WebsiteRecord:
        """Add a website with a new write key. Raises NotAllowedError, InvalidInputError, and ConflictError for what another has."""
        require_change(caller)
        with self._database.session() as session:
            made = Websites(session, self._clock).add(name, domain)
            detail = {"name": made.name, "domain": made.domain}
            Audit(session, self._clock).note("website.add", "website", made.id, by=caller.person_id, detail=detail)
            return made

    def change(self, caller: Caller, website: str, wanted: WebsiteChange) -> WebsiteRecord:
        """Change what is given. Idempotent. Raises NotAllowedError, NotFoundError, InvalidInputError by field, and ConflictError."""
        require_change(caller)
        with self._database.session() as session:
            before, websites = the_website(session, self._clock, website), Websites(session, self._clock)
            websites.change(before.id, name=wanted.name, domain=wanted.domain, link_parameters=wanted.link_parameters)
            changed = websites.configure(
                before.id,
                consent_required=wanted.consent_required,
                window_days=wanted.window_days,
                default_url=wanted.default_url,
            )
            if changed != before:
                parts = ("name", "domain", "link_parameters", "window_days", "consent_required", "default_url")
                detail = {part: getattr(changed, part) for part in parts if getattr(changed, part) != getattr(before, part)}
                Audit(session, self._clock).note("website.set", "website", before.id, by=caller.person_id, detail=detail)
            return changed
