"""The ledger's websites and links as the redirect wants them: in memory, read anew when the ledger has changed.

The event loop asks the memory and never waits; threads look up what is missing, and the upkeep's thread keeps the websites fresh.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from tribute.collector.port import Landing, LedgerUnavailableError, Link
from tribute.kit.clock import Clock
from tribute.kit.destinations import parse_destination
from tribute.kit.errors import UnavailableError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database
from tribute.ledger.links import LinkRecord, Links
from tribute.ledger.rules.landing import default_page, hosts_of
from tribute.ledger.websites import WebsiteRecord, Websites

_MOST_LINKS = 10_000
"""Links remembered; those asked for longest ago go first."""
_MOST_MISSES = 1_000
"""Names remembered that are no link. Apart from the links, so that made-up names never push a real one out."""


class _Known(NamedTuple):
    """What the ledger said of a name, and in which of its states."""

    version: int
    link: Link | None


class LedgerLinkTable:
    """Where links lead. What was known stays known while the ledger is away. Threads may share it; only `look` and `refresh` wait."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._asking = threading.Lock()
        self._memory = threading.Lock()
        """Held for a few steps in memory, never while the ledger is asked."""
        self._version: int | None = None
        self._websites: dict[str, WebsiteRecord] = {}
        self._landings: Sequence[Landing] | None = None
        self._links: OrderedDict[tuple[str, str], _Known] = OrderedDict()
        self._misses: OrderedDict[tuple[str, str], _Known] = OrderedDict()

    def landings(self) -> Sequence[Landing]:
        landings = self._landings
        if landings is None:
            raise LedgerUnavailableError("the ledger has not been read yet; try again in a moment")
        return landings

    def is_known(self, code: str, slug: str) -> bool:
        if not self._landings:  # a first website is worth a look
            return False
        known = self._recall(code, slug)
        return not slug or (known is not None and known.version == self._version)

    def link(self, code: str, slug: str) -> Link | None:
        known = self._recall(code, slug)
        return known.link if known is not None else None

    def look(self, code: str, slug: str) -> None:
        try:
            version = self._refreshed()
            if slug:
                self._remember(code, slug, _Known(version, self._find(code, slug)))
        except UnavailableError as error:
            if self._landings is None or self._recall(code, slug) is None:
                raise LedgerUnavailableError(str(error)) from error

    def refresh(self) -> None:
        """Read the websites anew when the ledger has changed since; next to nothing when not. Raises DatabaseUnavailableError."""
        self._refreshed()

    def _refreshed(self) -> int:
        """The ledger's state, after the websites were read as they are in it or later."""
        with self._asking:
            version = self._database.version()
            if version != self._version:
                with self._database.reading(hurried=True) as session:
                    websites = Websites(session, self._clock)
                    records = sorted(websites.all(), key=lambda website: (website.created_at, website.id))
                    landings = [_landing(website, websites.hosts(website.id)) for website in records]
                self._websites = {website.id: website for website in records}
                self._landings = landings
                self._version = version
            return version

    def _recall(self, code: str, slug: str) -> _Known | None:
        with self._memory:
            for table in (self._links, self._misses):
                known = table.get((code, slug))
                if known is not None:
                    table.move_to_end((code, slug))
                    return known
        return None

    def _remember(self, code: str, slug: str, known: _Known) -> None:
        table, most = (self._misses, _MOST_MISSES) if known.link is None else (self._links, _MOST_LINKS)
        with self._memory:
            self._links.pop((code, slug), None)
            self._misses.pop((code, slug), None)
            table[code, slug] = known
            if len(table) > most:
                table.popitem(last=False)

    def _find(self, code: str, slug: str) -> Link | None:
        with self._database.reading(hurried=True) as session:
            affiliates = Affiliates(session, self._clock)
            affiliate = affiliates.by_code(code) or affiliates.by_id(code)
            found = Links(session, self._clock).find(affiliate.id, slug) if affiliate is not None else None
        return self._link(found) if found is not None else None

    def _link(self, record: LinkRecord) -> Link | None:
        website = self._websites.get(record.website_id)
        if website is None:  # added since the websites were read, a moment ago
            return None
        own = parse_destination(record.destination) if record.destination else None
        return Link(record.slug, own or default_page(website.domain, website.default_url), record.sub_id)


def _landing(website: WebsiteRecord, mapped: Sequence[str]) -> Landing:
    front = default_page(website.domain, website.default_url)
    return Landing(website.id, front, hosts_of(website.domain, mapped), website.link_parameters, enabled=website.enabled)
