"""What the GraphQL door needs from access: callers for credentials."""

from typing import Protocol

from tribute.access.caller import Caller


class Callers(Protocol):
    """Tells who stands behind credentials."""

    def caller_for_session(self, cookie: str) -> Caller | None:
        """The person of a portal session; None when it is unknown, expired or ended."""
        ...

    def caller_for_token(self, token: str) -> Caller:
        """The person of an API token. Raises WrongCredentialsError."""
        ...
