"""Mails and passwords go over TLS alone: what is wrong with it is one clear reason, and the mail waits until it is put right."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.support.certificates import Authority
from tests.support.ledger import clock_at
from tests.support.mailbox import PASSWORD, USER, Mailbox, mailbox
from tribute.access.sealing import Sealer
from tribute.jobs.mail import MailWorker
from tribute.jobs.smtp import MailServerError, SmtpServer, connected
from tribute.kit.clock import FixedClock
from tribute.ledger.database import Database
from tribute.ledger.mails import Mails
from tribute.letters.signing_in import sign_in_letter

SEALER = Sealer(b"a secret of an installation, long", "mails")
LETTER = sign_in_letter(place="tribute.example", email="ada@example.com", url="https://tribute.example/sign-in/x", minutes=15)
WAYS = pytest.mark.parametrize("from_the_first_byte", [False, True], ids=["STARTTLS", "smtps"])


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def clock() -> FixedClock:
    return clock_at()


@contextmanager
def secure(authority: Authority, host: str = "localhost", *, from_the_first_byte: bool = False) -> Iterator[tuple[Mailbox, SmtpServer]]:
    """A mail server with a certificate for `host`, and how it is reached as localhost, with its user."""
    with mailbox(authority.server_tls(host), from_the_first_byte=from_the_first_byte) as box:
        yield box, _reached(box, from_the_first_byte=from_the_first_byte)


def _reached(box: Mailbox, *, from_the_first_byte: bool = False) -> SmtpServer:
    named = replace(box.server, host="localhost", implicit_tls=from_the_first_byte, starttls="required")
    return replace(named, user=USER, password=PASSWORD)


def sent(ledger: Database, clock: FixedClock, server: SmtpServer) -> list[str]:
    """Send what is due in an hour; the reasons in the log why something could not be sent."""
    clock.at = clock.at.replace(hour=clock.at.hour + 1)
    with capture_logs() as logs:
        MailWorker(ledger, clock, server, SEALER).send_due()
    assert PASSWORD not in repr(logs)
    return [line["reason"] for line in logs if line["event"] == "mail_not_sent"]


def queue(ledger: Database, clock: FixedClock) -> None:
    with ledger.session() as session:
        Mails(session, clock, SEALER).queue("ada@example.com", LETTER, kind="sign_in")


@WAYS
def test_mail_and_password_go_inside_tls(
    ledger: Database, clock: FixedClock, authority: Authority, monkeypatch: pytest.MonkeyPatch, *, from_the_first_byte: bool
) -> None:
    """The certificate of an own authority is believed where SSL_CERT_FILE names it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    queue(ledger, clock)
    with secure(authority, from_the_first_byte=from_the_first_byte) as (box, server):
        assert sent(ledger, clock, server) == []
    assert [mail["Subject"] for mail in box.mails] == [LETTER.subject]
    assert (box.is_private, box.logins) == ([True], [(PASSWORD, True)])


@WAYS
def test_a_certificate_that_is_not_believed_keeps_the_mail_until_it_is(
    ledger: Database, clock: FixedClock, authority: Authority, monkeypatch: pytest.MonkeyPatch, *, from_the_first_byte: bool
) -> None:
    queue(ledger, clock)
    with secure(authority, from_the_first_byte=from_the_first_byte) as (box, server):
        [reason] = sent(ledger, clock, server)
        assert reason.startswith("its certificate is not believed: unable to get local issuer certificate")
        assert "SSL_CERT_FILE" in reason
        assert (box.mails, box.logins) == ([], [])
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
        assert sent(ledger, clock, server) == []
        assert len(box.mails) == 1


@WAYS
def test_another_hosts_certificate_is_refused(
    ledger: Database, clock: FixedClock, authority: Authority, monkeypatch: pytest.MonkeyPatch, *, from_the_first_byte: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    queue(ledger, clock)
    with secure(authority, "mail.other.example", from_the_first_byte=from_the_first_byte) as (box, server):
        [reason] = sent(ledger, clock, server)
    assert reason == "its certificate is not believed: Hostname mismatch, certificate is not valid for 'localhost'"
    assert (box.mails, box.logins) == ([], [])
    with secure(authority, from_the_first_byte=from_the_first_byte) as (box, server):
        assert sent(ledger, clock, server) == []
    assert len(box.mails) == 1


def test_a_server_without_starttls_is_told_nothing(ledger: Database, clock: FixedClock) -> None:
    queue(ledger, clock)
    with mailbox() as box:
        server = _reached(box)
        for asked in (server, replace(server, user=None, password=None)):
            [reason] = sent(ledger, clock, asked)
            assert reason == "it offers no STARTTLS, and nothing is told in the clear; use smtps:// if it speaks that"
        assert (box.mails, box.logins) == ([], [])
        assert sent(ledger, clock, replace(server, starttls="offered")) == []
    assert (len(box.mails), box.is_private) == (1, [False])


def test_a_password_is_told_in_the_clear_to_nobody_elsewhere() -> None:
    """Also where the setting takes lines without TLS; loopback's second address stands for another machine."""
    with mailbox(host="127.0.0.2") as box:
        for starttls in ("offered", "never"):
            elsewhere = replace(_reached(box), host="127.0.0.2", starttls=starttls)
            with pytest.raises(MailServerError, match="the password is not told in the clear"), connected(elsewhere):
                pass
    assert box.logins == []


def test_a_wrong_password_is_told_and_put_right(
    ledger: Database, clock: FixedClock, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    queue(ledger, clock)
    with secure(authority) as (box, server):
        assert sent(ledger, clock, replace(server, password="wrong")) == ["it takes neither user nor password (535)"]
        assert box.mails == []
        assert sent(ledger, clock, server) == []
    assert len(box.mails) == 1


@pytest.mark.parametrize("is_private_server", [True, False], ids=["smtp to an smtps port", "smtps to an smtp port"])
def test_the_wrong_way_to_a_port_is_a_clear_reason(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, *, is_private_server: bool
) -> None:
    monkeypatch.setattr("tribute.jobs.smtp._PATIENCE_SECONDS", 0.3)
    with (
        secure(authority, from_the_first_byte=is_private_server) as (box, server),
        pytest.raises(MailServerError) as refused,
        connected(replace(server, implicit_tls=not is_private_server)),
    ):
        pass
    assert "smtps://" in str(refused.value)
    assert box.logins == []
