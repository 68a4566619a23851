"""The doors that pages need beside `Access`, made together. Put together by `app`."""

from dataclasses import dataclass

from tribute.access.entrance import Entrance
from tribute.access.first_owner import FirstOwner
from tribute.access.mailed_links import MailedLinks
from tribute.access.own_doors import OwnDoors
from tribute.access.passkey_ceremonies import RelyingParty
from tribute.access.post import Post
from tribute.kit.clock import Clock
from tribute.ledger.database import Database
from tribute.ledger.mails import Seal


@dataclass(frozen=True, slots=True)
class Doors:
    """One of each, and how their letters go out. Threads may share it."""

    post: Post
    mailed: MailedLinks
    entrance: Entrance
    first_owner: FirstOwner
    own: OwnDoors

    @classmethod
    def over(cls, database: Database, clock: Clock, *, seal: Seal, post: Post, public_url: str) -> "Doors":
        """The doors over a ledger. `seal` keeps the secrets of authenticator apps; passkeys are made for the host of `public_url`."""
        party = RelyingParty.of(public_url)
        return cls(
            post=post,
            mailed=MailedLinks(database, clock, post),
            entrance=Entrance(database, clock, seal=seal, post=post, party=party),
            first_owner=FirstOwner(database, clock),
            own=OwnDoors(database, clock, seal=seal, post=post, party=party),
        )

    def close(self) -> None:
        """Answer what was asked for, when no request comes any more."""
        self.mailed.close()
