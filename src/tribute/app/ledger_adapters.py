"""The ledger as the other rooms' ports want it: write keys, salts, rules, codes, names. Thin; the queries live in the ledger."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy.orm import Session

from tribute.access.caller import Caller, Role, WrongCredentialsError
from tribute.access.door import Access
from tribute.analytics.port import CodeRegistration, Directory
from tribute.collector.port import LedgerUnavailableError, Source
from tribute.events.derive import WebsiteRules
from tribute.kit.clock import Clock
from tribute.kit.errors import UnavailableError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database
from tribute.ledger.salts import Salts
from tribute.ledger.websites import WebsiteRecord, Websites
from tribute.loader.ledger_view import LedgerView
from tribute.reports.ports import Profile, Website

T = TypeVar("T")

_RECHECK_SECONDS = 1.0
"""How old the remembered write keys may be before the ledger is asked whether anything changed."""


class LedgerSources:
    """The collector's write keys, in memory. An unknown key always asks the ledger; a known one stays known while the ledger is away."""

    def __init__(self, database: Database, access: Access, clock: Clock) -> None:
        self._database = database
        self._access = access
        self._clock = clock
        self._lock = threading.Lock()
        self._version: int | None = None
        self._checked_at = 0.0
        self._by_key: dict[str, Source] = {}
        self._by_name: dict[str, Source] = {}
        self._owner_tokens: set[str] = set()

    def by_write_key(self, write_key: str) -> Source | None:
        known = self._by_key.get(write_key)
        if known is not None and time.monotonic() - self._checked_at < _RECHECK_SECONDS:
            return known
        try:
            self._refresh()
        except UnavailableError as error:
            if known is not None:
                return known
            raise LedgerUnavailableError(str(error)) from error
        return self._by_key.get(write_key)

    def by_name(self, website: str) -> Source | None:
        try:
            self._refresh()
            if website in self._by_name:
                return self._by_name[website]
            with self._database.reading() as session:
                found = Websites(session, self._clock).by_name(website)
        except UnavailableError as error:
            raise LedgerUnavailableError(str(error)) from error
        if found is None:
            return None
        return self._by_name.setdefault(website, _source(found))

    def is_owner_token(self, token: str) -> bool:
        try:
            self._refresh()
            if token in self._owner_tokens:
                return True
            caller: Caller = self._access.caller_for_token(token)
        except WrongCredentialsError:
            return False
        except UnavailableError as error:
            raise LedgerUnavailableError(str(error)) from error
        if caller.role is not Role.OWNER:
            return False
        self._owner_tokens.add(token)
        return True

    def _refresh(self) -> None:
        """Read everything anew when the ledger has changed since; costs microseconds when it has not."""
        with self._lock:
            version = self._database.version()
            if version != self._version:
                with self._database.reading() as session:
                    websites = Websites(session, self._clock).all()
                self._by_key = {website.write_key: _source(website) for website in websites}
                self._by_name = {}
                self._owner_tokens = set()
                self._version = version
            self._checked_at = time.monotonic()


def _source(website: WebsiteRecord) -> Source:
    return Source(
        website.id,
        website.domain,
        enabled=website.enabled,
        link_parameters=website.link_parameters,
        window_days=website.window_days,
        consent_required=website.consent_required,
    )


class LedgerSalts:
    """The collectors' shared daily salts. Each is read once and remembered for as long as its day may be asked for."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[tuple[str, date], bytes] = {}

    def salt(self, website_id: str, day: date) -> bytes:
        known = self._known.get((website_id, day))
        if known is not None:
            return known
        try:
            with self._database.session() as session:
                salt = Salts(session, self._clock).salt(website_id, day)
        except UnavailableError as error:
            raise LedgerUnavailableError(str(error)) from error
        self._known = {key: value for key, value in self._known.items() if (day - key[1]).days < 2}
        self._known[website_id, day] = salt
        return salt


class LedgerLooks:
    """The loader's view of the ledger, read again only when something was committed."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._version: int | None = None

    def view_if_changed(self) -> LedgerView | None:
        version = self._database.version()
        if version == self._version:
            return None
        view = self._view()
        self._version = version
        return view

    def _view(self) -> LedgerView:
        with self._database.reading() as session:
            websites = Websites(session, self._clock).all()
            affiliates = Affiliates(session, self._clock)
            history, codes = affiliates.code_history(), affiliates.primary_codes()
        return LedgerView(
            rules={website.id: WebsiteRules(website.domain, website.link_parameters) for website in websites},
            codes=[CodeRegistration(entry.code, entry.affiliate_id, entry.registered_at) for entry in history],
            directory=Directory({website.id: website.name for website in websites}, dict(codes)),
        )


class LedgerFinder:
    """The table that the owner edits, for imports: whose events a foreign source sends."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def by_source_id(self, source_id: str) -> str | None:
        return self._find(lambda websites: websites.by_source_id(source_id))

    def by_name(self, website: str) -> str | None:
        return self._find(lambda websites: websites.by_name(website))

    def by_host(self, host: str) -> str | None:
        return self._find(lambda websites: websites.by_host(host))

    def _find(self, look: Callable[[Websites], WebsiteRecord | None]) -> str | None:
        with self._database.reading() as session:
            found = look(Websites(session, self._clock))
        return found.id if found is not None else None


class LedgerRoster:
    """Websites and people for the reports."""

    def __init__(self, database: Database, access: Access, clock: Clock) -> None:
        self._database = database
        self._access = access
        self._clock = clock

    def names(self) -> Mapping[str, str]:
        """Website id to unique name."""
        return {website.id: website.name for website in self._read(lambda session: Websites(session, self._clock).all())}

    def affiliate_codes(self) -> Mapping[str, str]:
        """Affiliate id to current primary code."""
        return self._read(lambda session: Affiliates(session, self._clock).primary_codes())

    def affiliate_with_code(self, code: str) -> str | None:
        """The id of the affiliate who has a code, primary or not."""
        found = self._read(lambda session: Affiliates(session, self._clock).by_code(code))
        return found.id if found is not None else None

    def websites(self) -> Sequence[Website]:
        records = self._read(lambda session: Websites(session, self._clock).all())
        return [Website(record.id, record.name, record.domain, record.write_key) for record in records]

    def profile(self, caller: Caller) -> Profile:
        if caller.affiliate_id is None:
            email = self._access.owner_email(caller.person_id) or ""
            return Profile(name=email or "Owner", email=email, code=None)
        affiliate_id = caller.affiliate_id
        record = self._read(lambda session: Affiliates(session, self._clock).by_id(affiliate_id))
        if record is None:
            raise WrongCredentialsError("This affiliate does not exist any more.")
        return Profile(name=record.name, email=record.email, code=record.code)

    def _read(self, query: Callable[[Session], T]) -> T:
        with self._database.reading() as session:
            return query(session)
