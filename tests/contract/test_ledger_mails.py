"""The outbox of mails on every engine: an occasion once, a mail to one taker at a time, and nothing left of what was sent."""

from datetime import timedelta

from tests.support.ledger import clock_at, everything_in
from tribute.access.sealing import Sealer
from tribute.ledger.database import Database
from tribute.ledger.mails import REMEMBERED_FOR, Mails
from tribute.letters.letter import Letter

SEALER = Sealer(b"a secret of an installation, long", "mails")
LETTER = Letter("Subject", "a-secret-of-a-link", "<p>a-secret-of-a-link</p>")


def test_the_same_occasion_is_queued_once(ledger: Database) -> None:
    with ledger.session() as session:
        mails = Mails(session, clock_at())
        assert mails.queue("ada@example.com", LETTER, kind="weekly", key="weekly:aff_1:2026-W47")
        assert not mails.queue("ada@example.com", LETTER, kind="weekly", key="weekly:aff_1:2026-W47")
        assert mails.queue("bob@example.com", LETTER, kind="weekly", key="weekly:aff_2:2026-W47")
        assert mails.waiting() == (2, clock_at().now())


def test_a_mail_has_one_taker_at_a_time(ledger: Database) -> None:
    clock = clock_at()
    with ledger.session() as session:
        Mails(session, clock).queue("ada@example.com", LETTER, kind="sign_in")
    with ledger.session() as session:
        assert [mail.attempts for mail in Mails(session, clock).take(10)] == [1]
        assert list(Mails(session, clock).take(10)) == []
    clock.at += timedelta(minutes=5)
    with ledger.session() as session:
        assert [mail.attempts for mail in Mails(session, clock).take(10)] == [2]


def test_a_sealed_mail_is_read_by_its_sender_alone(ledger: Database, ledger_url: str) -> None:
    clock = clock_at()
    with ledger.session() as session:
        Mails(session, clock, SEALER).queue("ada@example.com", LETTER, kind="sign_in")
    with ledger.session() as session:
        [taken] = Mails(session, clock).take(10)
    told = taken.letter(SEALER)
    assert (told.subject, told.text, told.html) == (LETTER.subject, LETTER.text, LETTER.html)
    ledger.close()
    assert b"a-secret-of-a-link" not in everything_in(ledger_url)


def test_what_is_done_says_nothing_and_is_forgotten_in_time(ledger: Database) -> None:
    clock = clock_at()
    with ledger.session() as session:
        Mails(session, clock).queue("ada@example.com", LETTER, kind="weekly", key="once")
        [taken] = Mails(session, clock).take(10)
        Mails(session, clock).finish(taken.id, "sent")
        assert Mails(session, clock).waiting() == (0, None)
        assert Mails(session, clock).delete_old() == 0
    clock.at += REMEMBERED_FOR + timedelta(seconds=1)
    with ledger.session() as session:
        assert Mails(session, clock).delete_old() == 1
        assert Mails(session, clock).queue("ada@example.com", LETTER, kind="weekly", key="once")
