"""What an affiliate may be glad of: the first sale, the first on a website, the best day. Computed from the numbers; nothing is kept.

A milestone is told while it is new and goes by itself; nobody has to put it away. Used by the pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from tribute.access.caller import Caller
from tribute.analytics.definitions import DAY, Grain, Metric
from tribute.analytics.query import LONGEST
from tribute.analytics.ranges import named_zone
from tribute.kit.clock import Clock
from tribute.ledger.commission_pages import CommissionPages
from tribute.ledger.commissions import CommissionRecord
from tribute.ledger.database import Database
from tribute.ledger.websites import Websites
from tribute.reports.analytics import Analytics, Question
from tribute.reports.scope import affiliate_of

NEW_FOR: Final = timedelta(days=7)
"""How long a first sale is told."""
BEST_DAYS: Final = 3
"""Of how many last days one is told to be the best."""
LEAST_DAYS: Final = 5
"""Days with commissions that a best day must have beaten: the first few are all records."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """One of them: `at` is the time of the sale, or where the day begins in the zone; the amount in minor units."""

    kind: Literal["first_sale", "first_on_website", "best_day"]
    at: datetime
    amount_minor: int
    currency: str
    website: str | None = None
    commission_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """Whether anything was ever sold, and the milestones that are new, the latest first."""

    has_sold: bool
    recent: Sequence[Milestone]


class Milestones:
    """Reads the ledger within the caller's scope. Threads may share it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def reached(self, caller: Caller, analytics: Analytics, zone: str) -> Reached:
        """The calling affiliate's milestones; a day is one of `zone`, and the best one is by the main currency's commissions."""
        sales = self._first_sales(affiliate_of(caller))
        if not sales:
            return Reached(has_sold=False, recent=())
        first = sales[0][0]
        now = self._clock.now()
        told = [
            Milestone(kind, one.occurred_at, one.amount_minor, one.currency, website, one.id)
            for one, website in sales
            if now - one.occurred_at < NEW_FOR
            for kind in ("first_sale" if one is first else "first_on_website",)
        ]
        best = self._best_day(caller, analytics, zone, first.occurred_at)
        return Reached(True, sorted([*told, *best], key=lambda one: one.at, reverse=True))

    def _first_sales(self, affiliate_id: str) -> list[tuple[CommissionRecord, str]]:
        """The first sale of every website that had one, with the website's name, by time."""
        with self._database.reading() as session:
            pages = CommissionPages(session)
            found = [(pages.first_sale(affiliate_id, site.id), site.name) for site in Websites(session, self._clock).all()]
        return sorted(((one, name) for one, name in found if one is not None), key=lambda pair: (pair[0].occurred_at, pair[0].id))

    def _best_day(self, caller: Caller, analytics: Analytics, zone: str, since: datetime) -> list[Milestone]:
        """One of the last days, if it brought more than every day before it since the first sale, of five years at most."""
        start = max(since, self._clock.now() - LONGEST + DAY).astimezone(named_zone(zone)).date()
        question = Question(metrics=[Metric.COMMISSIONS], start=start.isoformat(), zone=zone, grain=Grain.DAY)
        report = analytics.report(caller, question)
        days = [(bucket.figures[Metric.COMMISSIONS], bucket.start) for bucket in report.result.series]
        earlier = [amount for amount, _ in days[:-BEST_DAYS] if amount > 0]
        amount, at = max(days[-BEST_DAYS:], default=(0, since))
        if len(earlier) < LEAST_DAYS or amount <= max(earlier) or report.query.currency is None:
            return []
        return [Milestone("best_day", at, amount, report.query.currency)]
