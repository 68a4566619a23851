"""The ledger's websites and links as the redirect wants them: in memory, read anew when the ledger has changed."""

import time
from collections import OrderedDict
from collections.abc import Sequence

from tribute.collector.port import Landing, LedgerUnavailableError, Link
from tribute.kit.clock import Clock
from tribute.kit.destinations import parse_destination
from tribute.kit.errors import UnavailableError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database
from tribute.ledger.links import LinkRecord, Links
from tribute.ledger.rules.landing import default_page, hosts_of
from tribute.ledger.websites import WebsiteRecord, Websites

_RECHECK_SECONDS = 1.0
"""How old what is remembered may be before the ledger is asked whether anything changed."""
_MOST_LINKS = 10_000
"""Links remembered, made-up ones too; those asked for longest ago go first."""


class LedgerLinkTable:
    """Where links lead. What was known stays known while the ledger is away. Belongs to one thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._version: int | None = None
        self._checked_at: float | None = None
        self._websites: dict[str, WebsiteRecord] = {}
        self._landings: Sequence[Landing] | None = None
        self._links: OrderedDict[tuple[str, str], tuple[int, Link | None]] = OrderedDict()

    def landings(self) -> Sequence[Landing]:
        try:
            self._refresh()
        except UnavailableError as error:
            if self._landings is None:
                raise LedgerUnavailableError(str(error)) from error
        return self._landings or ()

    def link(self, code: str, slug: str) -> Link | None:
        known = self._links.get((code, slug))
        try:
            version = self._refresh()
            if known is not None and known[0] == version:
                self._links.move_to_end((code, slug))
                return known[1]
            found = self._find(code, slug)
        except UnavailableError as error:
            if known is not None:
                return known[1]
            raise LedgerUnavailableError(str(error)) from error
        self._links[code, slug] = version, found
        self._links.move_to_end((code, slug))
        if len(self._links) > _MOST_LINKS:
            self._links.popitem(last=False)
        return found

    def _refresh(self) -> int:
        """Read the websites anew when the ledger has changed since; the version that is known now."""
        now = time.monotonic()
        if self._version is not None and self._checked_at is not None and now - self._checked_at < _RECHECK_SECONDS:
            return self._version
        version = self._database.version()
        if version != self._version:
            with self._database.reading(hurried=True) as session:
                websites = Websites(session, self._clock)
                records = sorted(websites.all(), key=lambda website: (website.created_at, website.id))
                self._landings = [_landing(website, websites.hosts(website.id)) for website in records]
            self._websites = {website.id: website for website in records}
            self._version = version
        self._checked_at = now
        return version

    def _find(self, code: str, slug: str) -> Link | None:
        with self._database.reading(hurried=True) as session:
            affiliates = Affiliates(session, self._clock)
            affiliate = affiliates.by_code(code) or affiliates.by_id(code)
            found = Links(session, self._clock).find(affiliate.id, slug) if affiliate is not None else None
        return self._link(found) if found is not None else None

    def _link(self, record: LinkRecord) -> Link | None:
        website = self._websites.get(record.website_id)
        if website is None:  # added since the websites were read, a second ago at most
            return None
        own = parse_destination(record.destination) if record.destination else None
        return Link(record.slug, own or default_page(website.domain, website.default_url), record.sub_id)


def _landing(website: WebsiteRecord, mapped: Sequence[str]) -> Landing:
    front = default_page(website.domain, website.default_url)
    return Landing(website.id, front, hosts_of(website.domain, mapped), website.link_parameters, enabled=website.enabled)
