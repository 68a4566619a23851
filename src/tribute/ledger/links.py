"""Affiliates' links: a short name that leads to a page of a website. Used by the CLI, and through `app` by the redirect."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError, NotFoundError
from tribute.kit.ids import new_id
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.models import LinkRow
from tribute.ledger.rules.landing import checked_destination
from tribute.ledger.rules.slugs import checked_slug, checked_sub_id, normalised_slug
from tribute.ledger.websites import Websites

_SLUG_LETTERS = 8
"""Of the 32 letters of an id: enough that nobody's own two links ever collide by chance."""


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """A link as it stands. `destination` is the whole address of its page, None for the website's default page."""

    id: str
    affiliate_id: str
    website_id: str
    slug: str
    destination: str | None
    sub_id: str | None
    created_at: datetime


class Links:
    """Reads and writes links within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(
        self, affiliate_id: str, website_id: str, *, slug: str | None = None, to: str | None = None, sub_id: str | None = None
    ) -> LinkRecord:
        """Add a link; without a slug it gets a random one, without `to` it leads to the website's default page.

        `to` is a path, or an address on one of the website's hosts. Raises InvalidInputError, NotFoundError, and ConflictError when the
        affiliate has another link of that slug in any case.
        """
        if Affiliates(self._session, self._clock).by_id(affiliate_id) is None:
            raise NotFoundError("no affiliate has that id; `tribute affiliate list` shows them")
        websites = Websites(self._session, self._clock)
        website = websites.by_id(website_id)
        if website is None:
            raise NotFoundError("no website has that id; `tribute website list` shows them")
        row = LinkRow(
            id=new_id("lnk"),
            affiliate_id=affiliate_id,
            website_id=website.id,
            slug=checked_slug(slug) if slug is not None else new_id("lnk")[-_SLUG_LETTERS:],
            destination=checked_destination(to, website.domain, websites.hosts(website.id), website.default_url) if to else None,
            sub_id=checked_sub_id(sub_id) if sub_id is not None else None,
            created_at=self._clock.now(),
        )
        if self.find(affiliate_id, row.slug) is not None:
            raise _slug_taken(row.slug)
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except sa.exc.IntegrityError as error:  # added by someone else since we looked
            raise _slug_taken(row.slug) from error
        return _record(row)

    def find(self, affiliate_id: str, slug: str) -> LinkRecord | None:
        """An affiliate's link of this slug, in upper or lower case."""
        normal = normalised_slug(slug)
        if normal is None:
            return None
        query = sa.select(LinkRow).where(LinkRow.affiliate_id == affiliate_id, LinkRow.slug == normal)
        row = self._session.scalars(query).one_or_none()
        return _record(row) if row is not None else None

    def all(self, affiliate_id: str | None = None) -> Sequence[LinkRecord]:
        """Every link, or one affiliate's, in the order of their making."""
        query = sa.select(LinkRow).order_by(LinkRow.created_at, LinkRow.id)
        if affiliate_id is not None:
            query = query.where(LinkRow.affiliate_id == affiliate_id)
        return [_record(row) for row in self._session.scalars(query)]


def _slug_taken(slug: str) -> ConflictError:
    return ConflictError(f"this affiliate has a link {slug!r} already; choose another slug")


def _record(row: LinkRow) -> LinkRecord:
    return LinkRecord(row.id, row.affiliate_id, row.website_id, row.slug, row.destination, row.sub_id, row.created_at)
