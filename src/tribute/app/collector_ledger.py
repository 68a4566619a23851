"""The ledger as the collector wants it: write keys, owners' tokens and daily salts, in memory. Its answers never wait for anything.

Asked on the event loop, under the spool's gate. What is not in memory is looked up in threads; the upkeep's thread keeps it fresh.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import TypeVar

from tribute.access.caller import WrongCredentialsError
from tribute.access.door import Access
from tribute.collector.port import LedgerUnavailableError, NotLookedUpError, Source
from tribute.kit.clock import Clock
from tribute.kit.errors import UnavailableError
from tribute.ledger.database import Database
from tribute.ledger.salts import Salts
from tribute.ledger.websites import WebsiteRecord, Websites

_MOST_ANSWERS = 1_000
"""Names and tokens remembered with what the ledger said of them, and keys that nobody has."""

T = TypeVar("T")


class _Answers(OrderedDict[str, T]):
    """The latest answers of the ledger in one of its states."""

    def remember(self, asked: str, answer: T) -> None:
        self[asked] = answer
        if len(self) > _MOST_ANSWERS:
            self.popitem(last=False)


class _State:
    """What is known of the ledger in one of its states. Replaced as a whole when the ledger has changed."""

    def __init__(self, version: int, websites: list[WebsiteRecord]) -> None:
        self.version = version
        self.by_key = {website.write_key: _source(website) for website in websites}
        self.wrong_keys = _Answers[None]()
        self.by_name = _Answers[list[Source]]()
        self.owner_tokens = _Answers[bool]()


class LedgerSources:
    """The collector's write keys, in memory. What the memory lacks is looked up; what is in it stays known while the ledger is away."""

    def __init__(self, database: Database, access: Access, clock: Clock) -> None:
        self._database = database
        self._access = access
        self._clock = clock
        self._asking = threading.Lock()
        """Held while the ledger is asked, and never by those who only want to know."""
        self._state: _State | None = None
        self._used_tokens: set[str] = set()

    def by_write_key(self, write_key: str) -> Source | None:
        state = self._state
        if state is not None:
            source = state.by_key.get(write_key)
            if source is not None or write_key in state.wrong_keys:
                return source
        raise NotLookedUpError(lambda: self._look(lambda state: self._look_for_key(state, write_key)))

    def by_name(self, website: str) -> Source | None:
        state = self._state
        found = state.by_name.get(website) if state is not None else None
        if found is not None:
            return found[0] if found else None
        raise NotLookedUpError(lambda: self._look(lambda state: self._look_for_name(state, website)))

    def is_owner_token(self, token: str) -> bool:
        state = self._state
        is_owners = state.owner_tokens.get(token) if state is not None else None
        if is_owners is None:
            raise NotLookedUpError(lambda: self._look(lambda state: self._look_for_token(state, token)))
        if is_owners:
            self._used_tokens.add(token)
        return is_owners

    def refresh(self) -> None:
        """Forget what may be otherwise by now; next to nothing when it is not. For a thread. Raises DatabaseUnavailableError."""
        with self._asking:
            self._refreshed()

    def note_uses(self) -> None:
        """Have it noted which tokens were used since the last call; for a thread. Raises DatabaseUnavailableError."""
        while self._used_tokens:
            with suppress(WrongCredentialsError):  # revoked meanwhile
                self._access.caller_for_token(self._used_tokens.pop())

    def _look(self, look: Callable[[_State], None]) -> None:
        """Look something up in the ledger as it is now."""
        try:
            with self._asking:
                look(self._refreshed())
        except UnavailableError as error:
            raise LedgerUnavailableError(str(error)) from error

    def _refreshed(self) -> _State:
        version = self._database.version()
        state = self._state
        if state is None or state.version != version:
            with self._database.reading(hurried=True) as session:
                state = self._state = _State(version, list(Websites(session, self._clock).all()))
        return state

    def _look_for_key(self, state: _State, write_key: str) -> None:
        if write_key not in state.by_key:  # all keys were just read
            state.wrong_keys.remember(write_key, None)

    def _look_for_name(self, state: _State, website: str) -> None:
        with self._database.reading(hurried=True) as session:
            found = Websites(session, self._clock).by_name(website)
        state.by_name.remember(website, [_source(found)] if found is not None else [])

    def _look_for_token(self, state: _State, token: str) -> None:
        try:
            caller = self._access.caller_for_token_unnoted(token)
            is_owners = caller.is_team and caller.may_change
        except WrongCredentialsError:
            is_owners = False
        state.owner_tokens.remember(token, is_owners)


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
