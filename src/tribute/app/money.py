"""Everything that decides and books money, put together over the parts of a home."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tribute.access.post import Post
from tribute.analytics.definitions import Grain, Span
from tribute.app.arrivals import SpoolArrivals
from tribute.app.parts import Parts
from tribute.attribution.desk import Desk
from tribute.attribution.emails import EmailHashes
from tribute.attribution.intake import Intake
from tribute.home import secret_key
from tribute.jobs.money_facts import MoneyFeeder
from tribute.jobs.worker import MoneyWorker
from tribute.kit.clock import Clock
from tribute.kit.money import main_units
from tribute.ledger.commission_pages import CommissionPages
from tribute.ledger.database import Database
from tribute.ledger.programs import Programs
from tribute.loader.worker import LoaderWorker
from tribute.reports.ports import CommissionPoint

if TYPE_CHECKING:
    from tribute.office.office import Office

_WHERE_NOTHING_IS_PAID = "USD"
"""The main currency while there is no program that could say one; no amount is ever shown in it then."""
_END_INCLUDED = timedelta(microseconds=1)


class MoneyParts:
    """The use cases of money, and the worker that runs its jobs."""

    def __init__(self, parts: Parts, loader: LoaderWorker) -> None:
        hashes = EmailHashes(secret_key(parts.settings))
        self.arrivals = SpoolArrivals(parts, loader)
        self.intake = Intake(parts.database, self.arrivals, parts.clock, hashes)
        self.desk = Desk(parts.database, parts.store, self.arrivals, parts.clock, hashes)
        self.worker = MoneyWorker(self.desk, MoneyFeeder(parts.database, parts.store, parts.clock))

    def office(self, parts: Parts, post: Post) -> "Office":
        """Everything that people change; `post` sends the letters about it."""
        from tribute.office.office import Office  # only here: trackers need not wait for what people change

        return Office.over(parts.database, parts.clock, self.desk, self.worker.wake, post=post)


class LedgerCurrencies:
    """The currency that somebody's numbers are shown in unless they ask for another."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def main_of(self, affiliate_id: str | None) -> str:
        """The currency of the oldest program in use that the affiliate may earn in; for an owner (None), of the oldest one."""
        with self._database.reading() as session:
            return Programs(session, self._clock).main_currency(affiliate_id) or _WHERE_NOTHING_IS_PAID


class LedgerCommissions:
    """Commissions as a series, straight from the ledger: what a request has booked is in the next one's numbers."""

    def __init__(self, database: Database, currencies: LedgerCurrencies) -> None:
        self._database = database
        self._currencies = currencies

    def series(self, affiliate_id: str, span: Span, grain: Grain) -> list[CommissionPoint]:
        """See reports.ports.CommissionsReader. Points of sum zero are left out, like buckets without data."""
        main = self._currencies.main_of(affiliate_id)
        with self._database.reading() as session:
            until = span.end + _END_INCLUDED
            sums = CommissionPages(session).sums(span.start, until, "hour" if grain is Grain.HOUR else "day", affiliate_id=affiliate_id)
        found: defaultdict[tuple[str, datetime, str], int] = defaultdict(int)
        for one in sums:
            found[one.website_id, one.bucket, one.currency] += one.amount_minor
        return [
            CommissionPoint(website_id, bucket, float(main_units(amount, currency)), None if currency == main else currency)
            for (website_id, bucket, currency), amount in found.items()
        ]
