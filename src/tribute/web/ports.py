"""What the pages need from access: sessions and the ways to get one."""

from datetime import datetime
from typing import Protocol

from tribute.access.caller import Caller
from tribute.access.links import LinkPurpose
from tribute.access.people import Kind
from tribute.access.post import Post


class SignInLink(Protocol):
    """Whom a sign-in link is for."""

    @property
    def kind(self) -> Kind: ...

    @property
    def name(self) -> str: ...

    @property
    def email(self) -> str: ...

    @property
    def purpose(self) -> LinkPurpose: ...

    @property
    def sets_password(self) -> bool: ...


class Access(Protocol):
    """People, links and sessions. Every method may block on the ledger and is called from a thread."""

    def caller_for_session(self, cookie: str, user_agent: str | None = None) -> Caller | None:
        """The person of a session; None when it is unknown, expired or ended. `user_agent` names the device to its person."""
        ...

    def link_for(self, token: str) -> SignInLink | None:
        """Whom the link is for, without using it up; None when it is unknown, used or expired."""
        ...

    def sign_in_with_link(self, token: str, new_password: str | None = None, post: Post | None = None) -> str:
        """Use the link up; the new session's secret. Some links need a new password, of which `post` tells.

        Raises WrongCredentialsError for a link that is no more, InvalidInputError for a password that will not do (the link stays good),
        and SecondFactorNeededError.
        """
        ...

    def sign_in_with_password(self, email: str, password: str, client: str | None = None) -> str:
        """A new session's secret. `client` is the address that asks.

        Raises WrongCredentialsError, TooManyAttemptsError, SecondFactorNeededError.
        """
        ...

    def signed_in_at(self, cookie: str) -> datetime | None:
        """When the session of this cookie began; None when there is none (any more)."""
        ...

    def sign_out(self, cookie: str) -> None:
        """End a session; one that is no more is left so."""
        ...
