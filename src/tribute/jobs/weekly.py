"""The weekly summary: on Monday morning, on the affiliate's clock, the numbers of the week that ended. Each week is told once.

After downtime the last week alone is told, late. Who had no visitor in two weeks hears nothing; who takes the summaries up again hears next
of the week in which they did. Called by the news worker.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import structlog

from tribute.jobs.news import NewsMailing
from tribute.kit.clock import Clock
from tribute.kit.errors import UnavailableError
from tribute.kit.writing import Writing
from tribute.ledger.affiliates import AffiliateRecord, Affiliates
from tribute.ledger.database import Database
from tribute.ledger.news import MailMarks
from tribute.ledger.preferences import USUAL, PreferenceBook, Preferences
from tribute.letters.letter import Letter
from tribute.letters.news import WeekDay, WeekFigure, week_letter

_log = structlog.get_logger(__name__)

KIND: Final = "weekly"
_LETTER: Final = "w"
_WEEK: Final = timedelta(days=7)
_MORNING: Final = time(7)
_PASSED_OVER_AT_ONCE: Final = 500
"""Of thousands on one Monday morning, so many in a transaction: nobody else can write while one goes on."""


@dataclass(frozen=True, slots=True)
class WeekNumbers:
    """A week's numbers and those of the week before; `days` are its page views by day, `earned` minor units by currency."""

    page_views: int
    visitors: int
    clicks: int
    before: tuple[int, int, int]
    days: Sequence[int]
    earned: Mapping[str, int]


class CountsWeeks(Protocol):
    """Counts an affiliate's week. May raise UnavailableError: it is then asked again."""

    def week(self, affiliate_id: str, monday: date, zone: str) -> WeekNumbers:
        """The week that begins on this Monday, on the zone's clock."""
        ...


class WeeklyMailer:
    """Writes the summaries that are due. One at a time."""

    def __init__(self, database: Database, clock: Clock, mailing: NewsMailing, counts: CountsWeeks) -> None:
        self._database = database
        self._clock = clock
        self._mailing = mailing
        self._counts = counts

    def tell(self) -> int:
        """Put the summaries of the week that ended into the outbox, for whom it is Monday morning or later; tells how many."""
        now = self._clock.now()
        with self._database.reading() as session:
            people = [one for one in Affiliates(session, self._clock).all() if one.active]
            preferences = PreferenceBook(session, self._clock).of_all("affiliate", [one.id for one in people])
            marks = MailMarks(session).all_of(KIND)
        told, passed_over = 0, []
        for who in people:
            wanted = preferences.get(who.id, USUAL)
            zone = ZoneInfo(wanted.zone or "UTC")
            monday = this_monday(now, zone.key)
            begun = datetime.combine(monday, time(), zone).astimezone(UTC)
            is_morning = now >= datetime.combine(monday, _MORNING, zone)
            if not is_morning or who.created_at >= begun or marks.get(who.id, begun - _WEEK) >= begun:
                continue
            if wanted.mails_weekly:
                told += self._told_or_noted(who, wanted, monday, begun)
            else:
                passed_over.append((who.id, begun))
        self._pass_over(passed_over)
        return told

    def _pass_over(self, whom: Sequence[tuple[str, datetime]]) -> None:
        """A week that ended while somebody wanted no summaries is not told when they want them again."""
        for start in range(0, len(whom), _PASSED_OVER_AT_ONCE):
            with self._database.session() as session:
                for affiliate_id, begun in whom[start : start + _PASSED_OVER_AT_ONCE]:
                    MailMarks(session).move(affiliate_id, KIND, begun, mailed_at=None)

    def _told_or_noted(self, who: AffiliateRecord, wanted: Preferences, monday: date, begun: datetime) -> bool:
        """One whose summary cannot be written keeps nobody else's back; it is tried again at the next look."""
        try:
            return self._tell_one(who, wanted, monday, begun)
        except UnavailableError:
            raise
        except Exception:  # noqa: BLE001 -- whatever it is of this one, the others have a right to theirs
            _log.exception("week_not_told", affiliate=who.id)
            return False

    def _tell_one(self, who: AffiliateRecord, wanted: Preferences, monday: date, begun: datetime) -> bool:
        numbers = self._counts.week(who.id, monday - _WEEK, wanted.zone or "UTC")
        is_worth_it = any((numbers.page_views, numbers.before[0], numbers.earned))
        now = self._clock.now()
        with self._database.session() as session:
            MailMarks(session).move(who.id, KIND, begun, mailed_at=now if is_worth_it else None)
            if not is_worth_it:
                return False
            stop = self._mailing.stop_url(who.id, _LETTER)
            letter = self._letter(who, Writing(wanted.locale, wanted.zone or "UTC"), numbers, monday, stop)
            key = f"weekly:{who.id}:{monday.isoformat()}"
            return self._mailing.outbox(session).queue(
                who.email, letter, kind="weekly", key=key, useless_after=timedelta(days=5), unsubscribe_url=stop
            )

    def _letter(self, who: AffiliateRecord, writing: Writing, numbers: WeekNumbers, monday: date, stop_url: str) -> Letter:
        first = monday - _WEEK
        most = max(*numbers.days, 1)
        percents = [max(round(100 * views / most), 1 if views else 0) for views in numbers.days]
        days = [
            WeekDay(writing.weekday(first + timedelta(days=place)), writing.number(views), percents[place])
            for place, views in enumerate(numbers.days)
        ]
        return week_letter(
            place=self._mailing.place,
            name=who.name,
            week=f"{writing.day(first)} to {writing.day(monday - timedelta(days=1))}",
            figures=_figures(writing, numbers),
            days=days,
            url=self._mailing.url(f"/?from={first.isoformat()}&to={(monday - timedelta(days=1)).isoformat()}"),
            stop_url=stop_url,
        )


def this_monday(now: datetime, zone: str) -> date:
    """The Monday of the week that runs on the zone's clock."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return today - timedelta(days=today.weekday())


def _figures(writing: Writing, numbers: WeekNumbers) -> list[WeekFigure]:
    counted = (("Page views", numbers.page_views), ("Visitors", numbers.visitors), ("Clicks", numbers.clicks))
    told = [
        WeekFigure(label, writing.number(value), _before(before, writing))
        for (label, value), before in zip(counted, numbers.before, strict=True)
    ]
    earned = " and ".join(writing.money(minor, currency) for currency, minor in sorted(numbers.earned.items())) or "nothing"
    return [*told, WeekFigure("Earned", earned, "by sales of the week, less what was taken back in it")]


def _before(before: int, writing: Writing) -> str:
    return f"{writing.number(before)} the week before" if before else "none the week before"
