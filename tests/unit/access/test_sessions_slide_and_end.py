"""A session lasts 30 days after it was last seen, and not one moment after signing out."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.support.ledger import NOON, clock_at, everything_in
from tests.support.people import new_affiliate, new_link
from tribute.access.caller import Caller
from tribute.access.door import Access
from tribute.access.models import SessionRow
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database
from tribute.ledger.engines import port

MONTH = timedelta(days=30)


def last_seen(ledger: Database) -> datetime:
    with ledger.reading() as session:
        return session.scalars(sa.select(SessionRow.last_seen_at)).one()


def test_a_session_lasts_thirty_days_after_it_was_last_seen(ledger: Database) -> None:
    clock = clock_at()
    access, ada = Access(ledger, clock), new_affiliate(ledger, "ada")
    cookie = access.sign_in_with_link(new_link(ledger, ada))
    for _ in range(3):
        clock.at += MONTH - timedelta(seconds=1)
        assert access.caller_for_session(cookie) == Caller.of_affiliate(ada.id)
    clock.at += MONTH
    assert access.caller_for_session(cookie) is None


def test_being_seen_is_written_at_most_once_a_minute(ledger: Database) -> None:
    clock = clock_at()
    access = Access(ledger, clock)
    cookie = access.sign_in_with_link(new_link(ledger, new_affiliate(ledger, "ada")))
    clock.at = NOON + timedelta(seconds=59)
    access.caller_for_session(cookie)
    assert last_seen(ledger) == NOON
    clock.at = NOON + timedelta(seconds=60)
    access.caller_for_session(cookie)
    assert last_seen(ledger) == clock.at


def test_signing_out_ends_this_session_only(ledger: Database) -> None:
    access, ada = Access(ledger, clock_at()), new_affiliate(ledger, "ada")
    phone, laptop = (access.sign_in_with_link(new_link(ledger, ada)) for _ in range(2))
    for _ in range(2):
        access.sign_out(phone)
    assert access.caller_for_session(phone) is None
    assert access.caller_for_session(laptop) == Caller.of_affiliate(ada.id)


def test_deactivation_shuts_out_at_once(ledger: Database) -> None:
    access, ada = Access(ledger, clock_at()), new_affiliate(ledger, "ada")
    cookie = access.sign_in_with_link(new_link(ledger, ada))
    with ledger.session() as session:
        Affiliates(session, clock_at()).set_active(ada.id, active=False)
    assert access.caller_for_session(cookie) is None


@pytest.mark.parametrize("cookie", ["", "x", "\x00", "\ud800"])
def test_an_unknown_cookie_is_nobody(ledger: Database, cookie: str) -> None:
    access = Access(ledger, clock_at())
    assert access.caller_for_session(cookie) is None
    access.sign_out(cookie)


def test_a_busy_ledger_still_knows_who_asks(ledger_url: str, ledger: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = new_affiliate(ledger, "ada")
    cookie = Access(ledger, clock_at()).sign_in_with_link(new_link(ledger, ada))
    monkeypatch.setattr(port, "BUSY_SECONDS", 0.05)
    impatient = Database(ledger_url)
    with ledger.session() as writing:
        writing.execute(sa.text("SELECT 1"))
        assert Access(impatient, clock_at(NOON + timedelta(hours=1))).caller_for_session(cookie) == Caller.of_affiliate(ada.id)
    assert last_seen(ledger) == NOON
    impatient.close()


def test_sessions_that_are_over_are_deleted(ledger: Database) -> None:
    clock = clock_at()
    access, ada = Access(ledger, clock), new_affiliate(ledger, "ada")
    ended, kept = (access.sign_in_with_link(new_link(ledger, ada)) for _ in range(2))
    access.sign_out(ended)
    assert access.delete_expired() == 1
    assert access.caller_for_session(kept) == Caller.of_affiliate(ada.id)


def test_neither_cookies_nor_links_nor_passwords_are_in_the_ledger(ledger_url: str, ledger: Database) -> None:
    access, ada = Access(ledger, clock_at()), new_affiliate(ledger, "ada")
    link = new_link(ledger, ada)
    cookie = access.sign_in_with_link(link, "a-password-to-look-for")
    ledger.close()
    content = everything_in(ledger_url)
    assert ada.id.encode() in content
    for secret in (link, cookie, "a-password-to-look-for"):
        assert secret.encode() not in content
