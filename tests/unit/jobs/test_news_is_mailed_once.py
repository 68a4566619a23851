"""Mails with news: a sale is told once, a busy hour is one mail, a week comes on Monday morning on one's own clock; never a flood."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.costs import counted
from tests.support.portal import Portal, opened
from tests.support.shop import Shop
from tribute.app.news import CountedWeeks
from tribute.jobs.news import NewsMailer, NewsMailing
from tribute.jobs.weekly import WeeklyMailer, WeekNumbers
from tribute.kit.errors import UnavailableError
from tribute.ledger.mails import MailContent
from tribute.ledger.news import MailMarks
from tribute.ledger.preferences import PreferenceBook
from tribute.ledger.rules.unsubscribing import Unsubscribing


@pytest.fixture
def shop(tmp_path: Path):  # type: ignore[no-untyped-def]
    with opened(tmp_path) as portal:
        yield Shop(portal)


def mailing(portal: Portal) -> NewsMailing:
    return NewsMailing(portal.outbox, portal.public_url, Unsubscribing(b"secret"))


def earned(portal: Portal) -> NewsMailer:
    return NewsMailer(portal.database, portal.clock, mailing(portal), "earned")


def sent(portal: Portal) -> list[tuple[str, MailContent]]:
    """What is due now, taken out of the outbox."""
    with portal.database.session() as session:
        box = mailing(portal).outbox(session)
        taken = [(mail.recipient, mail.letter(portal.seal), mail.id) for mail in box.take(50)]
        for _, _, mail_id in taken:
            box.finish(mail_id, "sent")
    return [(to, content) for to, content, _ in taken]


def later(portal: Portal, **time: float) -> None:
    portal.clock.at += timedelta(**time)


def sell(shop: Shop, number: int, **told: object) -> None:
    shop.click("ada", f"v{number}")
    shop.order(f"o{number}", anonymous_id=f"v{number}", **told)
    later(shop.portal, minutes=1)


def test_a_sale_is_told_once_whoever_looks(shop: Shop) -> None:
    sell(shop, 1)
    assert earned(shop.portal).tell() == 1
    assert earned(shop.portal).tell() == 0
    [(to, letter)] = sent(shop.portal)
    assert to == shop.ada.email
    assert letter.subject == "You earned 99.50 USD with Course"
    assert letter.unsubscribe_url is not None
    assert letter.unsubscribe_url in letter.html
    assert letter.unsubscribe_url in letter.text


def test_a_sale_that_is_committed_after_a_look_is_told_by_the_next(shop: Shop) -> None:
    """It is booked with the time at which its transaction began; a look at that moment does not see it yet."""
    mailer, portal = earned(shop.portal), shop.portal
    begun = portal.clock.now()
    later(portal, seconds=2)
    assert mailer.tell() == 0
    looked, portal.clock.at = portal.clock.at, begun
    shop.click("ada", "v1")
    shop.order("o1", anonymous_id="v1")
    portal.clock.at = looked
    later(portal, minutes=1)
    assert mailer.tell() == 1


def test_a_busy_hour_is_one_mail_and_the_rest_follows(shop: Shop) -> None:
    mailer = earned(shop.portal)
    for number in range(3):
        sell(shop, number)
        mailer.tell()
    assert [letter.subject for _, letter in sent(shop.portal)] == ["You earned 99.50 USD with Course"]
    later(shop.portal, hours=1)
    mailer.tell()
    assert [letter.subject for _, letter in sent(shop.portal)] == ["2 new sales: 199.00 USD"]
    later(shop.portal, hours=1)
    assert mailer.tell() == 0


def test_history_that_is_brought_in_is_no_news(shop: Shop) -> None:
    old = shop.portal.clock.now() - timedelta(days=40)
    shop.click("ada", "v1", at=old - timedelta(days=1))
    shop.order("o1", anonymous_id="v1", occurred_at=old.isoformat())
    assert earned(shop.portal).tell() == 0


def test_who_wants_no_mails_gets_none(shop: Shop) -> None:
    with shop.portal.database.session() as session:
        PreferenceBook(session, shop.portal.clock).change("affiliate", shop.ada.id, mails_conversions=False)
    sell(shop, 1)
    assert earned(shop.portal).tell() == 0


def test_markup_in_a_name_stays_text(shop: Shop) -> None:
    with shop.portal.database.session() as session:
        from tribute.ledger.affiliates import Affiliates

        Affiliates(session, shop.portal.clock).rename(shop.ada.id, "<b>Ada</b>")
    sell(shop, 1)
    earned(shop.portal).tell()
    [(_, letter)] = sent(shop.portal)
    assert "<b>Ada" not in letter.html


def test_a_payable_commission_is_told(shop: Shop) -> None:
    sell(shop, 1)
    later(shop.portal, days=31)
    shop.portal.desk.approve_due()
    later(shop.portal, minutes=1)
    assert NewsMailer(shop.portal.database, shop.portal.clock, mailing(shop.portal), "approved").tell() == 1
    [(_, letter)] = sent(shop.portal)
    assert letter.subject == "A commission is payable: 99.50 USD"


@dataclass
class Weeks:
    """Numbers for every week; which were asked for."""

    asked: list[tuple[str, date, str]] = field(default_factory=list)
    views: int = 7
    is_away: bool = False

    def week(self, affiliate_id: str, monday: date, zone: str) -> WeekNumbers:
        if self.is_away:
            raise UnavailableError("not counted yet")
        self.asked.append((affiliate_id, monday, zone))
        return WeekNumbers(self.views, 3, 2, (14, 1, 0), [0, self.views, 0, 0, 0, 0, 0], {"USD": 9_950} if self.views else {})


def weekly(portal: Portal, counts: Weeks) -> WeeklyMailer:
    return WeeklyMailer(portal.database, portal.clock, mailing(portal), counts)


@pytest.fixture
def member(shop: Shop) -> Shop:
    """Ada alone, in Tokyo, for some weeks already."""
    with shop.portal.database.session() as session:
        PreferenceBook(session, shop.portal.clock).change("affiliate", shop.ada.id, zone="Asia/Tokyo")
        PreferenceBook(session, shop.portal.clock).change("affiliate", shop.bob.id, mails_weekly=False)
    return shop


def test_the_week_comes_on_monday_morning_on_ones_own_clock(member: Shop) -> None:
    portal, counts = member.portal, Weeks()
    portal.clock.at = datetime(2026, 11, 29, 21, 59, tzinfo=UTC)  # 06:59 on Monday in Tokyo
    assert weekly(portal, counts).tell() == 0
    later(portal, minutes=1)
    assert weekly(portal, counts).tell() == 1
    assert weekly(portal, counts).tell() == 0
    assert counts.asked == [(member.ada.id, date(2026, 11, 23), "Asia/Tokyo")]
    [(_, letter)] = sent(portal)
    assert letter.subject == "Your week: 7 page views, 3 visitors"
    assert "Tue 24" in letter.html
    assert 'width="100%"' in letter.html
    assert "99.50 USD" in letter.text


def test_who_takes_the_summaries_up_again_hears_of_the_week_that_goes_on(member: Shop) -> None:
    portal, counts = member.portal, Weeks()

    def want(*, weekly: bool) -> None:
        with portal.database.session() as session:
            PreferenceBook(session, portal.clock).change("affiliate", member.ada.id, mails_weekly=weekly)

    want(weekly=False)
    portal.clock.at = datetime(2026, 11, 30, 12, tzinfo=UTC)  # a Monday
    assert weekly(portal, counts).tell() == 0
    want(weekly=True)
    later(portal, days=2)
    assert weekly(portal, counts).tell() == 0
    later(portal, days=5)
    assert weekly(portal, counts).tell() == 1
    assert [monday for _, monday, _ in counts.asked] == [date(2026, 11, 30)]


def test_who_wants_no_summaries_holds_nobody_up(member: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others can write between the transactions, of which each passes over a few; who was passed over is not looked at again."""
    portal = member.portal
    monkeypatch.setattr("tribute.jobs.weekly._PASSED_OVER_AT_ONCE", 2)
    others = [portal.add_affiliate(f"Person {number}", f"p{number}", f"p{number}@x.example").id for number in range(4)]
    with portal.database.session() as session:
        for affiliate_id in others:
            PreferenceBook(session, portal.clock).change("affiliate", affiliate_id, mails_weekly=False)
    portal.clock.at = datetime(2026, 11, 30, 12, tzinfo=UTC)
    unread = Weeks(views=0)
    weekly(portal, unread).tell()
    portal.clock.at += timedelta(days=7)
    for commits in (4, 0):  # Ada's own; and of five that want none, two, two and one
        with counted(portal.database, monkeypatch) as costs:
            weekly(portal, unread).tell()
        assert costs["commits"] == commits
    with portal.database.reading() as session:
        marks = MailMarks(session).all_of("weekly")
    assert {marks[one] for one in (*others, member.bob.id)} == {datetime(2026, 12, 7, tzinfo=UTC)}


def test_preferences_are_read_of_more_people_than_one_statement_names(member: Shop) -> None:
    with member.portal.database.reading() as session:
        others = [f"aff_{number}" for number in range(1_200)]
        found = PreferenceBook(session, member.portal.clock).of_all("affiliate", [*others, member.ada.id])
    assert found.keys() == {member.ada.id}


def test_after_a_long_rest_only_the_last_week_is_told(member: Shop) -> None:
    portal, counts = member.portal, Weeks()
    portal.clock.at = datetime(2027, 1, 20, 12, tzinfo=UTC)
    assert weekly(portal, counts).tell() == 1
    assert [monday for _, monday, _ in counts.asked] == [date(2027, 1, 11)]


def test_a_week_without_anything_is_no_mail(member: Shop) -> None:
    portal, counts = member.portal, Weeks(views=0)
    portal.clock.at = datetime(2026, 12, 1, 12, tzinfo=UTC)
    quiet = weekly(portal, counts)
    counts.week = lambda *_: WeekNumbers(0, 0, 0, (0, 0, 0), [0] * 7, {})  # type: ignore[method-assign]
    assert quiet.tell() == 0
    assert sent(portal) == []


def test_a_week_that_is_not_counted_yet_waits(member: Shop) -> None:
    portal, counts = member.portal, Weeks(is_away=True)
    portal.clock.at = datetime(2026, 12, 1, 12, tzinfo=UTC)
    with pytest.raises(UnavailableError):
        weekly(portal, counts).tell()
    counts.is_away = False
    assert weekly(portal, counts).tell() == 1


def test_a_week_is_counted_as_the_portal_does(shop: Shop) -> None:
    portal = shop.portal
    portal.page_views(shop.course, "ada", [datetime(2026, 11, 16, 5, tzinfo=UTC), datetime(2026, 11, 8, tzinfo=UTC)])
    portal.page_views(shop.course, "ada", [datetime(2026, 11, 15, 16, tzinfo=UTC)] * 2)  # Monday already in Tokyo
    portal.page_views(shop.course, "bob", [datetime(2026, 11, 17, tzinfo=UTC)])
    counted = CountedWeeks(portal.analytics, portal.database, portal.clock.now)
    week = counted.week(shop.ada.id, date(2026, 11, 16), "Asia/Tokyo")
    assert (week.page_views, week.before[0], list(week.days)) == (3, 0, [3, 0, 0, 0, 0, 0, 0])
    with pytest.raises(UnavailableError):
        counted.week(shop.ada.id, date(2026, 11, 23), "Asia/Tokyo")
