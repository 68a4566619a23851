"""The Caller: who asks, as decided once at the edge. Everything in `reports` and above takes one and scopes by it."""

from dataclasses import dataclass
from enum import StrEnum

from tribute.kit.errors import TributeError


class Role(StrEnum):
    OWNER = "owner"
    AFFILIATE = "affiliate"


class WrongCredentialsError(TributeError):
    """Credentials were given and are wrong, expired or revoked, or none were given where some are needed: HTTP 401."""


class NotAllowedError(TributeError):
    """The credentials are right and do not reach this: `Unauthorized` in GraphQL, 403 in REST."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A person behind a session or token. An affiliate's caller has `affiliate_id`, an owner's has none."""

    role: Role
    person_id: str
    """The owner's or affiliate's id; behind an owner's token, the token's."""
    affiliate_id: str | None = None

    def __post_init__(self) -> None:
        if (self.role is Role.AFFILIATE) != (self.affiliate_id is not None):
            raise ValueError("an affiliate's caller, and only that, names an affiliate")
