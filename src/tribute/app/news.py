"""Mails with news put together: what counts a week, and the worker that writes; none where no mails are sent."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from tribute.access.caller import Caller
from tribute.analytics.comparison import midnight
from tribute.analytics.definitions import Grain, Metric, Span
from tribute.analytics.query import Comparison
from tribute.analytics.ranges import named_zone
from tribute.app.counting import analytics_over
from tribute.app.freshness import data_as_of
from tribute.app.mail import mail_seal
from tribute.app.parts import Parts
from tribute.home import public_url, secret_key
from tribute.jobs.news import NewsMailer, NewsMailing
from tribute.jobs.news_worker import NewsWorker
from tribute.jobs.weekly import WeeklyMailer, WeekNumbers
from tribute.kit.errors import UnavailableError
from tribute.ledger.database import Database
from tribute.ledger.mails import Mails
from tribute.ledger.news import earned_between
from tribute.ledger.rules.unsubscribing import Unsubscribing
from tribute.reports.analytics import Analytics, Question

_COUNTED: Final = (Metric.PAGE_VIEWS, Metric.VISITORS, Metric.CLICKS)
_DAYS: Final = 7


class CountedWeeks:
    """Counts an affiliate's week as the portal does."""

    def __init__(self, analytics: Analytics, database: Database, watermark: Callable[[], datetime]) -> None:
        self._analytics = analytics
        self._database = database
        self._watermark = watermark

    def week(self, affiliate_id: str, monday: date, zone: str) -> WeekNumbers:
        """The week's numbers. Raises UnavailableError until everything that was received in it is counted."""
        last, named = monday + timedelta(days=_DAYS - 1), named_zone(zone)
        span = Span(midnight(monday, named), midnight(monday + timedelta(days=_DAYS), named))
        if self._watermark() < span.end:
            raise UnavailableError("the last week is not counted yet; its summaries wait")
        question = Question(
            metrics=_COUNTED,
            start=monday.isoformat(),
            end=last.isoformat(),
            zone=zone,
            grain=Grain.DAY,
            comparison=Comparison.PREVIOUS_PERIOD,
        )
        result = self._analytics.report(Caller.of_affiliate(affiliate_id), question).result
        before = result.previous or dict.fromkeys(_COUNTED, 0)
        with self._database.reading() as session:
            earned = earned_between(session, affiliate_id, span.start, span.end)
        return WeekNumbers(
            page_views=result.totals[Metric.PAGE_VIEWS],
            visitors=result.totals[Metric.VISITORS],
            clicks=result.totals[Metric.CLICKS],
            before=(before[Metric.PAGE_VIEWS], before[Metric.VISITORS], before[Metric.CLICKS]),
            days=[bucket.figures[Metric.PAGE_VIEWS] for bucket in result.series],
            earned=earned,
        )


def news_worker(parts: Parts) -> NewsWorker | None:
    """The worker over the parts of a home; None where no mail server is set."""
    if parts.settings.smtp_url is None:
        return None
    database, clock, seal = parts.database, parts.clock, mail_seal(parts.settings)
    unsubscribing = Unsubscribing(secret_key(parts.settings))
    mailing = NewsMailing(lambda session: Mails(session, clock, seal), public_url(parts.settings), unsubscribing)
    watermark = data_as_of(parts)
    weeks = CountedWeeks(analytics_over(parts, watermark), database, watermark)
    news = [NewsMailer(database, clock, mailing, "earned"), NewsMailer(database, clock, mailing, "approved")]
    return NewsWorker(news, WeeklyMailer(database, clock, mailing, weeks))
