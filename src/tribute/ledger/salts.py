"""Daily salts for cookieless visitors: one a website and UTC day, the same for every collector, gone after 48 hours.

Called through `app` by collector and jobs.
"""

import secrets
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.errors import InvalidInputError, NotFoundError
from tribute.ledger.models import CookielessSaltRow, WebsiteRow

SALT_BYTES = 16
_KEPT = timedelta(hours=48)


class Salts:
    """Makes, tells and deletes salts within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def salt(self, website_id: str, day: date) -> bytes:
        """The salt of a website's UTC day, made by whoever asks first.

        Raises NotFoundError for an unknown website, and InvalidInputError for a day whose salt is deleted: made anew it would be another.
        """
        if day <= self._last_expired_day():
            raise InvalidInputError("day", f"the salt of {day} is deleted; cookieless ids of that day can no longer be made")
        known = self._known(website_id, day)
        if known is not None:
            return known
        if self._session.get(WebsiteRow, website_id) is None:
            raise NotFoundError("no website has that id")
        row = CookielessSaltRow(website_id=website_id, day=day, salt=secrets.token_bytes(SALT_BYTES))
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except sa.exc.IntegrityError:  # another collector was first, and has committed: its salt is the day's
            return self._session.scalars(self._query(website_id, day)).one()
        return row.salt

    def made(self, days: Collection[date]) -> Mapping[tuple[str, date], bytes]:
        """The salts of all websites that some days have already, by website id and day. Only reads."""
        rows = self._session.scalars(sa.select(CookielessSaltRow).where(CookielessSaltRow.day.in_(days)))
        return {(row.website_id, row.day): row.salt for row in rows}

    def delete_expired(self) -> int:
        """Delete the salts of days that began 48 hours ago or earlier; returns how many. Idempotent."""
        expired = sa.delete(CookielessSaltRow).where(CookielessSaltRow.day <= self._last_expired_day())
        return cast("sa.CursorResult[Any]", self._session.execute(expired)).rowcount

    def _last_expired_day(self) -> date:
        return (self._clock.now() - _KEPT).date()

    def _known(self, website_id: str, day: date) -> bytes | None:
        return self._session.scalars(self._query(website_id, day)).one_or_none()

    def _query(self, website_id: str, day: date) -> sa.Select[bytes]:
        return sa.select(CookielessSaltRow.salt).where(CookielessSaltRow.website_id == website_id, CookielessSaltRow.day == day)
