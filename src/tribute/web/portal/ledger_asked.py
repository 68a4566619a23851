"""What an address asks of a list of money: status, website, days and the place in the list. Pure; used by the commissions page.

Invariant: any address is a question. What names nothing is left out, so that the whole list stands in its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import cast, get_args
from urllib.parse import urlencode

from tribute.analytics.comparison import midnight
from tribute.analytics.ranges import named_zone
from tribute.ledger.commissions import CommissionStatus
from tribute.reports.money import Asked

_STATUSES: frozenset[str] = frozenset(get_args(CommissionStatus))


@dataclass(frozen=True, slots=True)
class ListAsked:
    """The state of a list; days are whole ones on the zone's clock, both included."""

    status: CommissionStatus | None = None
    website: str | None = None
    start: date | None = None
    end: date | None = None
    after: str | None = None
    zone: str = "UTC"

    @classmethod
    def of(cls, parameters: Mapping[str, str], zone: str = "UTC") -> "ListAsked":
        """What an address says."""
        status = parameters.get("status", "")
        return cls(
            status=cast("CommissionStatus", status) if status in _STATUSES else None,
            website=parameters.get("website") or None,
            start=_date(parameters.get("from")),
            end=_date(parameters.get("to")),
            after=parameters.get("after") or None,
            zone=zone,
        )

    @property
    def is_filtered(self) -> bool:
        """Whether anything is left out of the list."""
        return any(value is not None for value in (self.status, self.website, self.start, self.end))

    def asked(self) -> Asked:
        """The question as the reports take it."""
        zone = named_zone(self.zone)
        return Asked(
            website=self.website,
            since=midnight(self.start, zone) if self.start is not None else None,
            until=midnight(self.end + timedelta(days=1), zone) if self.end is not None else None,
        )

    def address(self, path: str, *, after: str | None = None) -> str:
        """The address of the same list at another place in it."""
        told = {
            "status": self.status,
            "website": self.website,
            "from": self.start.isoformat() if self.start is not None else None,
            "to": self.end.isoformat() if self.end is not None else None,
            "after": after,
        }
        query = urlencode({name: value for name, value in told.items() if value is not None})
        return f"{path}?{query}" if query else path

    def without(self, field: str) -> "ListAsked":
        """The same without what names nothing: a website that is no more, or a place that is none."""
        return replace(self, after=None) if field == "cursor" else replace(self, website=None, after=None)


def _date(told: str | None) -> date | None:
    try:
        found = date.fromisoformat(told) if told else None
    except ValueError:
        return None
    return found if found is not None and 1971 <= found.year <= 9000 else None
