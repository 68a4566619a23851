"""Registers the cast of a world with a Tribute: websites, affiliates, an owner. Called once for a new demo home, before the filling.

What it needs done is the `Setup` port; the program that knows the ledger passes it in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from tribute.demo.cast import OWNER_EMAIL
from tribute.demo.world import World

__all__ = ["OWNER_EMAIL", "Furnished", "Setup", "furnish"]


class Setup(Protocol):
    """Registers people and websites. Each call may raise ConflictError when the name, domain, email or code is taken."""

    def add_website(self, name: str, domain: str) -> str:
        """Registers a website and returns its write key."""
        ...

    def add_affiliate(self, name: str, email: str, code: str) -> str:
        """Registers an affiliate and returns the affiliate's id."""
        ...

    def add_owner(self, email: str) -> str:
        """Registers an owner and returns a one-time sign-in link."""
        ...

    def owner_token(self) -> str:
        """A new token of the owner, for `/v1/import`."""
        ...


@dataclass(frozen=True, slots=True)
class Furnished:
    """What the filling and the sign-in page need."""

    write_keys: Mapping[str, str]
    """By domain."""
    affiliate_ids: Mapping[str, str]
    """By code, in the order of rank: the first has most to see."""
    owner_sign_in_url: str
    token: str


def furnish(setup: Setup, world: World, owner_email: str = OWNER_EMAIL) -> Furnished:
    """Registers a world's owner, websites and affiliates. Not idempotent: for an empty home.

    Affiliates come before any event, since a code counts from its registration.
    """
    owner_sign_in_url = setup.add_owner(owner_email)
    return Furnished(
        write_keys={website.domain: setup.add_website(website.name, website.domain) for website in world.websites},
        affiliate_ids={one.code: setup.add_affiliate(one.name, one.email, one.code) for one in world.affiliates},
        owner_sign_in_url=owner_sign_in_url,
        token=setup.owner_token(),
    )
