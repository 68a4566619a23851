"""The ledger as the collector wants it: write keys, owners' tokens and daily salts, in memory. Its answers never wait for a lock.

Asked on the event loop, under the spool's gate. What has to be written is written by the upkeep's thread.
"""

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta

from tribute.access.caller import Role, WrongCredentialsError
from tribute.access.door import Access
from tribute.collector.port import LedgerUnavailableError, Source
from tribute.kit.clock import Clock
from tribute.kit.errors import UnavailableError
from tribute.ledger.database import Database
from tribute.ledger.salts import Salts
from tribute.ledger.websites import WebsiteRecord, Websites

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
        self._used_tokens: set[str] = set()

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
            with self._database.reading(hurried=True) as session:
                found = Websites(session, self._clock).by_name(website)
        except UnavailableError as error:
            raise LedgerUnavailableError(str(error)) from error
        if found is None:
            return None
        return self._by_name.setdefault(website, _source(found))

    def is_owner_token(self, token: str) -> bool:
        try:
            self._refresh()
            if token not in self._owner_tokens:
                if self._access.caller_for_token_unnoted(token).role is not Role.OWNER:
                    return False
                self._owner_tokens.add(token)
        except WrongCredentialsError:
            return False
        except UnavailableError as error:
            raise LedgerUnavailableError(str(error)) from error
        self._used_tokens.add(token)
        return True

    def note_uses(self) -> None:
        """Have it noted which tokens were used since the last call; for a thread. Raises DatabaseUnavailableError."""
        while self._used_tokens:
            with suppress(WrongCredentialsError):  # revoked meanwhile
                self._access.caller_for_token(self._used_tokens.pop())

    def _refresh(self) -> None:
        """Read everything anew when the ledger has changed since; costs microseconds when it has not."""
        with self._lock:
            version = self._database.version()
            if version != self._version:
                with self._database.reading(hurried=True) as session:
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
    """The collectors' shared daily salts, made before they are needed: nobody who asks for one waits for the ledger."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: Mapping[tuple[str, date], bytes] = {}
        self._complete_at: tuple[int, date] | None = None
        self.wanted = threading.Event()
        """Set when a salt was asked for that is not there: it is time to call `make_ahead`."""

    def salt(self, website_id: str, day: date) -> bytes:
        known = self._known.get((website_id, day))
        if known is None:
            self.wanted.set()
            raise LedgerUnavailableError("the salt of the day is not there yet; try again in a moment")
        return known

    def make_ahead(self) -> None:
        """Have every website's salts of today and tomorrow; costs microseconds when they are there. Raises DatabaseUnavailableError.

        Waits while another process writes to the ledger, and only when a salt has to be made. For one thread at a time.
        """
        today = self._clock.now().date()
        state = self._database.version(), today
        if state == self._complete_at:
            return
        days = (today, today + timedelta(days=1))
        with self._database.reading() as session:
            wanted = {(website.id, day) for website in Websites(session, self._clock).all() for day in days}
            known = dict(Salts(session, self._clock).made([today - timedelta(days=1), *days]))
        if missing := wanted - known.keys():
            self._known = known
            with self._database.session() as session:
                salts = Salts(session, self._clock)
                known = known | {key: salts.salt(*key) for key in missing}
        self._known = known
        self._complete_at = state
