"""What the collector needs to know from elsewhere: whose write key it is, where links lead, and the day's salt for cookieless visitors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from tribute.kit.destinations import Destination
from tribute.kit.errors import UnavailableError


class LedgerUnavailableError(UnavailableError):
    """The ledger cannot be read now, so an unknown write key is not known to be wrong: 503, never 401."""


class NotLookedUpError(LedgerUnavailableError):
    """The answer is not in memory. `look` asks the ledger and remembers what it says; it may wait, so call it in a thread, then ask again.

    `look` raises LedgerUnavailableError.
    """

    def __init__(self, look: Callable[[], None]) -> None:
        super().__init__("the ledger has not been asked yet; try again in a moment")
        self.look = look


@dataclass(frozen=True, slots=True)
class Source:
    """The website behind a write key."""

    website_id: str
    domain: str
    enabled: bool = True
    link_parameters: Sequence[str] = ()
    """What its addresses may carry an affiliate's code in, in the order in which they are looked for."""
    window_days: int = 90
    """How long the snippet remembers a code."""
    consent_required: bool = False
    """Whether the snippet needs consent before it stores anything."""


class Sources(Protocol):
    """Write keys, in memory: nobody waits for an answer, and what was known stays known while the ledger is away.

    Every method raises NotLookedUpError for what was not asked before, and may raise LedgerUnavailableError.
    """

    def by_write_key(self, write_key: str) -> Source | None:
        """The website of a write key; None for a key that nobody has."""
        ...

    def by_name(self, website: str) -> Source | None:
        """The website with this id, domain or unique name."""
        ...

    def is_owner_token(self, token: str) -> bool:
        """Whether a token is an owner's and in force."""
        ...


class DailySalts(Protocol):
    """Random salts, one a website and UTC day, shared by all collectors and deleted after 48 hours."""

    def salt(self, website_id: str, day: date) -> bytes:
        """At least 16 random bytes, the same for everyone who asks. Raises LedgerUnavailableError."""
        ...


@dataclass(frozen=True, slots=True)
class Landing:
    """A website as somewhere to arrive at."""

    website_id: str
    front: Destination
    """Its default page, where links lead that name no other."""
    hosts: frozenset[str]
    """Its hosts, and no others: as they are spelled in addresses, in lower case and ASCII."""
    link_parameters: Sequence[str]
    enabled: bool = True
    """Whether its clicks are recorded; visitors arrive all the same."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of an affiliate's. Its destination is one of its website's pages."""

    slug: str
    destination: Destination
    sub_id: str | None = None


class LinkTable(Protocol):
    """Websites and links, in memory: only `look` waits. What was known stays known while the ledger is away."""

    def landings(self) -> Sequence[Landing]:
        """Every website, disabled ones too, the oldest first. Raises LedgerUnavailableError when the ledger was never read."""
        ...

    def is_known(self, code: str, slug: str) -> bool:
        """Whether `landings` and `link` tell the truth about this link without a look; an empty `slug` names no link."""
        ...

    def link(self, code: str, slug: str) -> Link | None:
        """The link of the affiliate with this code or id as far as it is known, without regard to case."""
        ...

    def look(self, code: str, slug: str) -> None:
        """Ask the ledger and remember, also that there is no such link. For a thread. Raises LedgerUnavailableError."""
        ...
