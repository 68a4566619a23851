"""Mails with news: new sales and commissions that became payable, gathered so that nobody gets more than one an hour of each kind.

What is news is read from the books; the mark that it was told is moved in the transaction that puts the letter into the outbox, so that a
job which stops halfway, or runs twice, tells nothing twice. After a long rest only the last day is told of. Called by the news worker.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import structlog
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.errors import UnavailableError
from tribute.kit.writing import Writing
from tribute.ledger.affiliates import AffiliateRecord, Affiliates
from tribute.ledger.database import Database
from tribute.ledger.mails import Mails
from tribute.ledger.news import MailMarks, News, NewsItem, NewsKind
from tribute.ledger.preferences import PreferenceBook
from tribute.ledger.rules.unsubscribing import KINDS, PATH, Unsubscribing
from tribute.letters.letter import Letter
from tribute.letters.news import NewsLine, approved_letter, earned_letter

_log = structlog.get_logger(__name__)

LOOKS_BACK: Final = timedelta(days=1)
"""News older than this is none, however long nothing ran."""
_SETTLED: Final = timedelta(seconds=30)
"""What was booked more lately than this may not be committed yet: looked for too early, it would be passed over for good."""
_ONE_AN_HOUR: Final = timedelta(hours=1)
_STALE_AFTER: Final = timedelta(days=3)
"""A sale that happened longer ago than this is history that was brought in, and no news."""
_KIND_LETTERS: Final[dict[NewsKind, str]] = {"earned": "c", "approved": "a"}


@dataclass(frozen=True, slots=True)
class NewsMailing:
    """How letters go out: into the outbox of a transaction, with links that begin with `public_url`."""

    outbox: Callable[[Session], Mails]
    public_url: str
    unsubscribing: Unsubscribing

    @property
    def place(self) -> str:
        """The host that people know the site by."""
        return urlsplit(self.public_url).netloc

    def url(self, path: str) -> str:
        """A page's whole address."""
        return self.public_url.rstrip("/") + path

    def stop_url(self, affiliate_id: str, kind: str) -> str:
        """Where one click ends this kind of mails."""
        return self.url(PATH + self.unsubscribing.token(affiliate_id, kind))


class NewsMailer:
    """Looks for news of one kind, from where it looked last. One at a time."""

    def __init__(self, database: Database, clock: Clock, mailing: NewsMailing, kind: NewsKind) -> None:
        self._database = database
        self._clock = clock
        self._mailing = mailing
        self._kind = kind
        self._looked_at = clock.now() - LOOKS_BACK
        self._waiting: set[str] = set()
        """Affiliates with news that are not told yet."""

    def tell(self) -> int:
        """Put letters about what is new into the outbox; tells how many."""
        until = self._clock.now() - _SETTLED
        with self._database.reading() as session:
            fresh = News(session).since(self._kind, max(self._looked_at, until - LOOKS_BACK), until=until)
        self._waiting |= {item.affiliate_id for item in fresh}
        self._looked_at = until
        told = 0
        for affiliate_id in sorted(self._waiting):
            is_done, is_mailed = self._told_or_noted(affiliate_id, until)
            told += is_mailed
            if is_done:
                self._waiting.discard(affiliate_id)
        return told

    def _told_or_noted(self, affiliate_id: str, until: datetime) -> tuple[bool, bool]:
        """One whose letter cannot be written keeps nobody else's back; it is tried again at the next look."""
        try:
            return self._tell_one(affiliate_id, until)
        except UnavailableError:
            raise
        except Exception:  # noqa: BLE001 -- whatever it is of this one, the others have a right to theirs
            _log.exception("news_not_told", affiliate=affiliate_id, kind=self._kind)
            return False, False

    def _tell_one(self, affiliate_id: str, until: datetime) -> tuple[bool, bool]:
        """Whether an affiliate need not be looked at again, and whether a letter was written."""
        with self._database.session() as session:
            marks = MailMarks(session)
            mark = marks.of(affiliate_id, self._kind)
            if mark is not None and mark.mailed_at is not None and until - mark.mailed_at < _ONE_AN_HOUR:
                return False, False
            after = max(mark.until_at, until - LOOKS_BACK) if mark is not None else until - LOOKS_BACK
            items = [one for one in News(session).since(self._kind, after, until=until, affiliate_id=affiliate_id) if self._is_news(one)]
            is_mailed = bool(items) and self._mail(session, affiliate_id, items, until)
            marks.move(affiliate_id, self._kind, until, mailed_at=until if is_mailed else None)
        return True, is_mailed

    def _is_news(self, item: NewsItem) -> bool:
        return self._kind == "approved" or item.at - item.occurred_at < _STALE_AFTER

    def _mail(self, session: Session, affiliate_id: str, items: Sequence[NewsItem], until: datetime) -> bool:
        who = Affiliates(session, self._clock).by_id(affiliate_id)
        kind = _KIND_LETTERS[self._kind]
        preferences = PreferenceBook(session, self._clock).of("affiliate", affiliate_id)
        if who is None or not who.active or not getattr(preferences, KINDS[kind]):
            return False
        writing = Writing(preferences.locale, preferences.zone or "UTC")
        stop = self._mailing.stop_url(affiliate_id, kind)
        letter = self._letter(who, items, writing, stop)
        key = f"news:{self._kind}:{affiliate_id}:{until.timestamp():.0f}"
        return self._mailing.outbox(session).queue(who.email, letter, kind=f"news_{self._kind}", key=key, unsubscribe_url=stop)

    def _letter(self, who: AffiliateRecord, items: Sequence[NewsItem], writing: Writing, stop_url: str) -> Letter:
        lines = [_line(item, writing, is_payable=self._kind == "approved") for item in items]
        write, path = (earned_letter, "/commissions") if self._kind == "earned" else (approved_letter, "/commissions?status=approved")
        total = _total(items, writing)
        return write(place=self._mailing.place, name=who.name, lines=lines, total=total, url=self._mailing.url(path), stop_url=stop_url)


def _line(item: NewsItem, writing: Writing, *, is_payable: bool) -> NewsLine:
    note = "payable now" if is_payable else f"payable on {writing.day(item.payable_at)}"
    return NewsLine(item.website, writing.minute(item.occurred_at), writing.money(item.amount_minor, item.currency), note)


def _total(items: Sequence[NewsItem], writing: Writing) -> str:
    """The sum in each currency: $40.00 and €10.00."""
    sums: defaultdict[str, int] = defaultdict(int)
    for item in items:
        sums[item.currency] += item.amount_minor
    return " and ".join(writing.money(minor, currency) for currency, minor in sorted(sums.items()))
