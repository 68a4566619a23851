"""Clicks one by one, as a caller may see them: an affiliate's own, the team's all. Used by GraphQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tribute.access.caller import Caller
from tribute.analytics.clicks import ClickListQuery, ClickPlace, CountedClick
from tribute.kit.clock import Clock
from tribute.kit.errors import InvalidInputError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database
from tribute.ledger.paging import Page, checked_limit, place_in, time_cursor
from tribute.ledger.websites import Websites
from tribute.reports.asked import affiliate_asked, website_asked
from tribute.reports.ports import ClickStore
from tribute.reports.scope import scope_of

_LARGEST_NUMBER: Final = 2**64 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ClicksAsked:
    """Which clicks: a website by id, domain or name, an affiliate by code or id (the team only); `since` ≤ time < `until`."""

    website: str | None = None
    affiliate: str | None = None
    link: str | None = None
    sub_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClickListed:
    """A click with the names that people know. `code` is the affiliate's current one, None while the click is nobody's."""

    click: CountedClick
    website: str
    code: str | None


class ClickReports:
    """Reads the event store within the caller's scope. Threads may share it."""

    def __init__(self, store: ClickStore, database: Database, clock: Clock) -> None:
        self._store = store
        self._database = database
        self._clock = clock

    def clicks(self, caller: Caller, asked: ClicksAsked, *, cursor: str | None = None, limit: int = 50) -> Page[ClickListed]:
        """The clicks that the metric counts, the latest first: an affiliate's own, whoever they name; the team's all or one affiliate's.

        Raises InvalidInputError for a cursor, a limit, or a name that nothing has.
        """
        own = scope_of(caller)
        checked_limit(limit, "first")
        with self._database.reading() as session:
            whose = own or affiliate_asked(session, self._clock, asked.affiliate)
            query = ClickListQuery(
                limit=limit + 1,
                affiliate_id=whose,
                website_id=website_asked(session, self._clock, asked.website),
                link_slug=asked.link,
                sub_id=asked.sub_id,
                since=asked.since,
                until=asked.until,
                after=_place(cursor) if cursor is not None else None,
            )
            names = {one.id: one.name for one in Websites(session, self._clock).all()}
            codes = Affiliates(session, self._clock).primary_codes()
        found = self._store.click_list(query)
        shown = [ClickListed(one, names.get(one.website_id, one.website_id), codes.get(one.affiliate_id or "")) for one in found[:limit]]
        return Page(tuple(shown), _cursor(found[limit - 1].place) if len(found) > limit else None)


def _cursor(place: ClickPlace) -> str:
    return time_cursor(place.time, f"{place.number} {place.affiliate_id}")


def _place(cursor: str) -> ClickPlace:
    time, told = place_in(cursor)
    number, _, affiliate_id = told.partition(" ")
    if not (number.isascii() and number.isdecimal() and len(number) <= 20 and int(number) <= _LARGEST_NUMBER):
        raise InvalidInputError("cursor", "is not one that was given; start again without it")
    return ClickPlace(time, int(number), affiliate_id)
