"""The ledger as the other rooms' ports want it: rules, codes, names. Thin; the queries live in the ledger."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from tribute.access.caller import Caller, WrongCredentialsError
from tribute.access.door import Access
from tribute.analytics.port import CodeRegistration, Directory
from tribute.events.derive import WebsiteRules
from tribute.kit.clock import Clock
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database
from tribute.ledger.rules.landing import default_page
from tribute.ledger.websites import WebsiteRecord, Websites
from tribute.loader.ledger_view import LedgerView
from tribute.reports.ports import Profile, Website

T = TypeVar("T")


class LedgerLooks:
    """The loader's view of the ledger, read again only when something was committed, and told only when it is another one."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._version: int | None = None
        self._told: LedgerView | None = None

    def view_if_changed(self) -> LedgerView | None:
        version = self._database.version()
        if version == self._version:
            return None
        view = self._view()
        self._version = version
        if view == self._told:  # most commits are about orders or sessions, which do not concern the loader
            return None
        self._told = view
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
        self._names: tuple[int | None, Mapping[str, str]] = None, {}

    def names(self) -> Mapping[str, str]:
        """Website id to unique name; read again only when something was committed, since nearly every answer tells them."""
        version = self._database.version()
        known_at, names = self._names
        if version != known_at:
            names = {website.id: website.name for website in self._read(lambda session: Websites(session, self._clock).all())}
            self._names = version, names
        return names

    def affiliate_codes(self) -> Mapping[str, str]:
        """Affiliate id to current primary code."""
        return self._read(lambda session: Affiliates(session, self._clock).primary_codes())

    def affiliates_with_codes(self, codes: Collection[str]) -> Mapping[str, str]:
        """The ids of the affiliates who have these codes, primary or not, by the code as it was asked."""
        return self._read(lambda session: Affiliates(session, self._clock).holders(codes))

    def websites(self) -> Sequence[Website]:
        records = self._read(lambda session: Websites(session, self._clock).all())
        return [
            Website(
                record.id,
                record.name,
                record.domain,
                record.write_key,
                default_page(record.domain, record.default_url).url,
                record.link_parameters,
                record.enabled,
            )
            for record in records
        ]

    def profile(self, caller: Caller) -> Profile:
        if caller.affiliate_id is None:
            member = self._access.team_member(caller.person_id)
            return Profile(name=member.called if member else "Owner", email=member.email if member else "", code=None)
        affiliate_id = caller.affiliate_id
        record = self._read(lambda session: Affiliates(session, self._clock).by_id(affiliate_id))
        if record is None:
            raise WrongCredentialsError("This affiliate does not exist any more.")
        return Profile(name=record.name, email=record.email, code=record.code)

    def _read(self, query: Callable[[Session], T]) -> T:
        with self._database.reading() as session:
            return query(session)
