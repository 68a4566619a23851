"""The Caller: who asks, as decided once at the edge. Everything in `reports` and above takes one and scopes by it."""

from dataclasses import dataclass
from enum import StrEnum

from tribute.kit.errors import TributeError


class Role(StrEnum):
    """What a caller is to the house: three kinds of team members, and affiliates."""

    OWNER = "owner"
    """Everything, the team included."""
    MANAGER = "manager"
    """Everything but the team and its roles."""
    VIEWER = "viewer"
    """Reads what owners read, and changes nothing."""
    AFFILIATE = "affiliate"
    """Their own, and nothing else."""


class TokenScope(StrEnum):
    """What a token may be used for. A token with several may be used for each; one made without any, for all that its person may do."""

    READ = "read"
    CHANGE = "change"
    """Read, and change what its person may change; for the team's tokens."""
    LINKS = "links"
    """See and make links; for affiliates' tokens."""
    EMBED = "embed"
    """Show the widget with an affiliate's own numbers on their site, and nothing else: made with the widget."""


class WrongCredentialsError(TributeError):
    """Credentials were given and are wrong, expired or revoked, or none were given where some are needed: HTTP 401."""


class NotAllowedError(TributeError):
    """The credentials are right and do not reach this: `Unauthorized` in GraphQL, 403 in REST."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A person behind a session or token. An affiliate's caller has `affiliate_id`, a team member's has none."""

    role: Role
    person_id: str
    """The team member's or affiliate's id; behind a team's token, the token's."""
    affiliate_id: str | None = None
    seen_by: str | None = None
    """The team member who looks at the portal as this affiliate, by id: such a caller only reads."""
    scopes: frozenset[TokenScope] | None = None
    """What the token behind the caller is limited to; None for sessions and for tokens without limits."""

    def __post_init__(self) -> None:
        if (self.role is Role.AFFILIATE) != (self.affiliate_id is not None):
            raise ValueError("an affiliate's caller, and only that, names an affiliate")
        if self.seen_by is not None and self.affiliate_id is None:
            raise ValueError("only an affiliate's portal is looked at by someone else")

    @classmethod
    def of_affiliate(cls, affiliate_id: str) -> "Caller":
        """An affiliate, asking for themself."""
        return cls(Role.AFFILIATE, affiliate_id, affiliate_id)

    @property
    def is_team(self) -> bool:
        """Whether the caller stands on the owner's side: owners, managers and viewers."""
        return self.role is not Role.AFFILIATE

    @property
    def may_read(self) -> bool:
        """Whether the caller may read what their role shows."""
        return self._has(TokenScope.READ) or self._has(TokenScope.CHANGE)

    @property
    def may_change(self) -> bool:
        """Whether the caller may change what their role changes: owners and managers the house's, affiliates their own."""
        return self.seen_by is None and self.role is not Role.VIEWER and self._has(TokenScope.CHANGE)

    @property
    def may_see_links(self) -> bool:
        """Whether the caller may read links: to who makes them, they are shown."""
        return self.may_read or self._has(TokenScope.LINKS)

    @property
    def may_make_links(self) -> bool:
        """Whether the caller may make links: their own for an affiliate, anybody's for the team."""
        return self.may_change or (self.seen_by is None and self.affiliate_id is not None and self._has(TokenScope.LINKS))

    @property
    def may_run_team(self) -> bool:
        """Whether the caller may invite, change and remove members of the team: owners themselves, never a program."""
        return self.role is Role.OWNER and self.scopes is None

    def _has(self, scope: TokenScope) -> bool:
        return self.scopes is None or scope in self.scopes
