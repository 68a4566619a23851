"""What the collector needs to know from elsewhere: whose write key it is, and the day's salt for cookieless visitors."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from tribute.kit.errors import UnavailableError


class LedgerUnavailableError(UnavailableError):
    """The ledger cannot be read now, so an unknown write key is not known to be wrong: 503, never 401."""


@dataclass(frozen=True, slots=True)
class Source:
    """The website behind a write key."""

    website_id: str
    domain: str
    enabled: bool = True


class Sources(Protocol):
    """Write keys, cached: what was known stays known while the ledger is away."""

    def by_write_key(self, write_key: str) -> Source | None:
        """The website of a write key; None for a key that nobody has. Raises LedgerUnavailableError."""
        ...

    def by_name(self, website: str) -> Source | None:
        """The website with this id, domain or unique name. Raises LedgerUnavailableError."""
        ...

    def is_owner_token(self, token: str) -> bool:
        """Whether a token is an owner's and in force. Raises LedgerUnavailableError."""
        ...


class DailySalts(Protocol):
    """Random salts, one a website and UTC day, shared by all collectors and deleted after 48 hours."""

    def salt(self, website_id: str, day: date) -> bytes:
        """At least 16 random bytes, the same for everyone who asks. Raises LedgerUnavailableError."""
        ...
