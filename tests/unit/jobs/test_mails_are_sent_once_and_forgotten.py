"""A mail is sent as text and HTML, once, tried again while the server refuses, given up in the end, and leaves nothing behind."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from tests.support.ledger import clock_at
from tests.support.mailbox import Mailbox, text_of
from tribute.access.sealing import Sealer
from tribute.jobs.mail import MailWorker
from tribute.kit.clock import FixedClock
from tribute.kit.errors import InvalidInputError
from tribute.ledger.database import Database
from tribute.ledger.mails import MailOutcome, Mails
from tribute.letters.letter import Letter
from tribute.letters.signing_in import sign_in_letter

SEALER = Sealer(b"a secret of an installation, long", "mails")
LINK = "https://tribute.example/sign-in/a-secret-of-a-link"
LETTER = sign_in_letter(place="tribute.example", email="ada@example.com", url=LINK, minutes=15)


@pytest.fixture
def clock() -> FixedClock:
    return clock_at()


def queue(ledger: Database, clock: FixedClock, letter: Letter = LETTER, to: str = "ada@example.com", key: str | None = None) -> bool:
    with ledger.session() as session:
        return Mails(session, clock, SEALER).queue(to, letter, kind="sign_in", key=key)


def worker(ledger: Database, clock: FixedClock, box: Mailbox) -> MailWorker:
    return MailWorker(ledger, clock, box.server, SEALER)


def outcomes(ledger: Database, clock: FixedClock) -> Mapping[MailOutcome, int]:
    """What became of mails in the last week."""
    with ledger.reading() as session:
        return Mails(session, clock).outcomes_since(clock.now() - timedelta(days=7))


def test_a_mail_says_the_same_as_text_and_as_html(ledger: Database, clock: FixedClock, box: Mailbox) -> None:
    queue(ledger, clock)
    sender = worker(ledger, clock, box)
    assert (sender.send_due(), sender.send_due()) == (1, 0)
    [mail] = box.mails
    assert mail["From"] == '"Course, Inc." <partners@course.example>'
    assert (mail["To"], mail["Subject"], mail["Auto-Submitted"]) == ("ada@example.com", LETTER.subject, "auto-generated")
    assert LINK in text_of(mail)
    assert LINK in text_of(mail, "html")


def test_the_same_occasion_is_told_once(ledger: Database, clock: FixedClock, box: Mailbox) -> None:
    assert queue(ledger, clock, key="weekly:aff_1:2026-W47")
    assert not queue(ledger, clock, key="weekly:aff_1:2026-W47")
    assert worker(ledger, clock, box).send_due() == 1
    assert not queue(ledger, clock, key="weekly:aff_1:2026-W47")


def test_a_refused_mail_is_tried_again_with_growing_pauses(ledger: Database, clock: FixedClock, box: Mailbox) -> None:
    queue(ledger, clock)
    sender = worker(ledger, clock, box)
    for pause in (15, 30, 60):
        box.answers = ["451 try later, ada@example.com"]
        with capture_logs() as logs:
            assert sender.send_due() == 0
        assert "ada@example.com" not in repr(logs)
        assert sender.status.waiting == 1
        assert sender.status.last_error is not None
        clock.at += timedelta(seconds=pause - 1)
        assert sender.send_due() == 0
        clock.at += timedelta(seconds=1)
    assert sender.send_due() == 1
    assert (sender.status.waiting, sender.status.last_error) == (0, None)


@pytest.mark.slow
def test_what_nobody_could_use_any_more_is_given_up_and_told(ledger: Database, clock: FixedClock, box: Mailbox) -> None:
    queue(ledger, clock)
    box.answers = ["451 no"] * 100
    sender = worker(ledger, clock, box)
    with capture_logs() as logs:
        for _ in range(90):
            sender.send_due()
            clock.at += timedelta(hours=1)
    assert [line["event"] for line in logs].count("mail_given_up") == 1
    assert sender.status.waiting == 0
    assert outcomes(ledger, clock) == {"given_up": 1}


@pytest.mark.parametrize(
    "answer", ["550 5.1.1 no such user", "554 5.1.10 null MX", "550 5.2.1 disabled", "550 no", "551 not local", "553 what?", "550 5 left"]
)
def test_an_address_that_takes_no_mail_is_given_up_at_once(ledger: Database, clock: FixedClock, box: Mailbox, answer: str) -> None:
    queue(ledger, clock)
    box.answers = [answer]
    sender = worker(ledger, clock, box)
    with capture_logs() as logs:
        sender.send_due()
    assert [line["event"] for line in logs] == ["mail_given_up"]
    assert outcomes(ledger, clock) == {"refused": 1}


@pytest.mark.parametrize(
    "answer",
    [
        *("450 4.1.1 later", "450 busy", "550 5.1.8 sender's domain", "550 5.7.1 <x5.1.1@b.example> relaying denied"),
        *("530 sign in first", "552 full", "503 not now", "550 relay not permitted", "550 Administrative prohibition"),
        "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
    ],
)
def test_what_may_be_our_own_fault_is_tried_again(ledger: Database, clock: FixedClock, box: Mailbox, answer: str) -> None:
    queue(ledger, clock)
    box.answers = [answer]
    worker(ledger, clock, box).send_due()
    assert outcomes(ledger, clock) == {}
    clock.at += timedelta(seconds=15)
    assert worker(ledger, clock, box).send_due() == 1
    assert outcomes(ledger, clock) == {"sent": 1}


def test_one_refused_address_holds_up_no_other(ledger: Database, clock: FixedClock, box: Mailbox) -> None:
    for name in ("ada", "bob", "cleo"):
        queue(ledger, clock, to=f"{name}@example.com")
    box.answers = ["550 no such user", "450 later"]
    sender = worker(ledger, clock, box)
    assert sender.send_due() == 1
    assert outcomes(ledger, clock) == {"refused": 1, "sent": 1}
    clock.at += timedelta(seconds=15)
    assert sender.send_due() == 1
    assert outcomes(ledger, clock) == {"refused": 1, "sent": 2}


def test_a_server_that_is_away_loses_nothing(ledger: Database, clock: FixedClock, box: Mailbox) -> None:
    queue(ledger, clock)
    port, box.port = box.port, 1
    assert worker(ledger, clock, box).send_due() == 0
    box.port, clock.at = port, clock.at + timedelta(minutes=1)
    assert worker(ledger, clock, box).send_due() == 1


def test_a_taken_mail_whose_sender_vanished_is_sent_by_the_next(ledger: Database, clock: FixedClock, box: Mailbox) -> None:
    queue(ledger, clock)
    with ledger.session() as session:
        assert len(Mails(session, clock).take(10)) == 1
    assert worker(ledger, clock, box).send_due() == 0
    clock.at += timedelta(minutes=5)
    assert worker(ledger, clock, box).send_due() == 1


@pytest.mark.parametrize("to", ["ada@example.com\r\nBcc: eve@evil.test", "ada@example.com, eve@evil.test", "<ada@example.com>", "ada"])
def test_an_address_cannot_carry_another(ledger: Database, clock: FixedClock, to: str) -> None:
    with pytest.raises(InvalidInputError):
        queue(ledger, clock, to=to)


def test_a_subject_cannot_begin_another_header(ledger: Database, clock: FixedClock, box: Mailbox) -> None:
    hostile = sign_in_letter(place="x\r\nBcc: eve@evil.test\r\n\r\nbody", email="ada@example.com", url=LINK, minutes=15)
    queue(ledger, clock, hostile)
    queue(ledger, clock, Letter("y\r\nBcc: eve@evil.test", "text", "html"))
    worker(ledger, clock, box).send_due()
    [mail] = box.mails  # the second was not made by a letter's own door: the headers' policy refuses it
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Your sign-in link for x Bcc: eve@evil.test body")


def test_a_long_way_out_stays_an_address_that_mail_programs_follow(ledger: Database, clock: FixedClock, box: Mailbox) -> None:
    stop = f"https://partners.a-company-with-a-long-name.example/unsubscribe/c.{'0' * 26}.{'a' * 22}"
    with ledger.session() as session:
        Mails(session, clock, SEALER).queue("ada@example.com", LETTER, kind="news", unsubscribe_url=stop)
    [mail] = worker(ledger, clock, box).send_due() and box.mails
    assert mail.as_bytes(policy=mail.policy.clone(refold_source="none")).count(f"List-Unsubscribe: <{stop}>".encode()) == 1
