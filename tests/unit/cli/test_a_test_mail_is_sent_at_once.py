"""`tribute mail test` sends one mail at once and says what came of it; `tribute doctor` says how mail goes, without sending any."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.certificates import Authority
from tests.support.cli import Tribute
from tests.support.mailbox import PASSWORD, USER, Mailbox, mailbox, text_of
from tribute.kit.clock import FixedClock, SystemClock
from tribute.ledger.database import Database
from tribute.ledger.mails import MailOutcome, Mails
from tribute.letters.letter import Letter
from tribute.letters.trial import trial_letter

NONE_LOST: Final = "given up in 7 days: 0; addresses refused in 7 days: 0"


def doctor(tribute: Tribute, **env: str) -> tuple[bool, str]:
    """What it says of mail, and whether that is well."""
    checks: list[dict[str, Any]] = tribute("doctor", "--json", env=env).data["checks"]
    [check] = [one for one in checks if one["name"] == "mail"]
    return check["ok"], check["detail"]


def secure(box: Mailbox, tmp_path: Path, password: str = PASSWORD) -> dict[str, str]:
    url = f"smtp://{USER}:{password}@localhost:{box.port}?from=partners@course.example&starttls=required"
    return {"TRIBUTE_SMTP_URL": url, "SSL_CERT_FILE": str(tmp_path / "authority.pem"), "TRIBUTE_PUBLIC_URL": "https://partners.example"}


def test_it_arrives_and_names_its_way(tribute: Tribute, tmp_path: Path) -> None:
    with mailbox(Authority(tmp_path).server_tls("localhost")) as box:
        env = secure(box, tmp_path)
        ran = tribute("mail", "test", "me@example.com", "--json", env=env)
        assert ran.data == {"to": "me@example.com", "from": "partners@course.example", "server": f"localhost:{box.port}"}
        assert doctor(tribute, **env) == (
            True,
            f"localhost:{box.port} answers, its user and password are taken; waiting mails: 0; {NONE_LOST}",
        )
    [mail] = box.mails
    assert (mail["To"], mail["Subject"]) == ("me@example.com", "Mails from partners.example arrive")
    assert "https://partners.example" in text_of(mail)
    assert f"localhost:{box.port}" in text_of(mail, "html")
    assert all(is_private for _, is_private in box.logins)


def test_a_failure_is_a_sentence_without_the_password(tribute: Tribute, tmp_path: Path) -> None:
    with mailbox(Authority(tmp_path).server_tls("localhost")) as box:
        env = secure(box, tmp_path, "wr0ng")
        ran = tribute("mail", "test", "me@example.com", env=env)
        told = f"localhost:{box.port}: it takes neither user nor password (535)"
        assert doctor(tribute, **env) == (False, f"{told}; waiting mails: 0; {NONE_LOST}")
    assert ran.code == 1
    assert (
        ran.err.strip() == f"tribute: the mail server localhost:{box.port} did not take the mail: it takes neither user nor password (535)"
    )
    refused = tribute("mail", "test", "me@example.com", env=env)
    assert "cannot be reached: Connection refused" in refused.err


def test_a_bad_address_and_no_server_are_told(tribute: Tribute) -> None:
    assert "SMTP_URL: is not set" in tribute("mail", "test", "me@example.com").err
    bad = tribute("mail", "test", "nobody", env={"TRIBUTE_SMTP_URL": "smtp://127.0.0.1?from=a@b.example"})
    assert (bad.code, "email" in bad.err) == (1, True)
    assert doctor(tribute)[0] is True


def test_mails_that_wait_or_were_given_up_are_told(tribute: Tribute) -> None:
    assert tribute("doctor").code == 0
    now = SystemClock().now()
    database = Database(f"sqlite:///{tribute.home / 'tribute.db'}")
    letter = trial_letter(place="course.example", server="here", sender="a@b.example", url="https://course.example")
    with database.session() as session:
        mails = Mails(session, FixedClock(now - timedelta(hours=2, seconds=9)))
        mails.queue("me@example.com", letter, kind="trial")
        mails.queue("you@example.com", letter, kind="trial")
        Mails(session, FixedClock(now)).finish(mails.take(1)[0].id, "given_up")
    database.close()
    with mailbox() as box:
        is_well, told = doctor(tribute, TRIBUTE_SMTP_URL=box.url)
    assert not is_well
    assert "waiting mails: 1 (the oldest for 120 minutes); given up in 7 days: 1; addresses refused in 7 days: 0; the log says why" in told


@pytest.mark.parametrize(("outcome", "is_well"), [("refused", True), ("given_up", False)])
def test_a_slip_in_an_address_is_told_and_no_fault(tribute: Tribute, outcome: MailOutcome, *, is_well: bool) -> None:
    """Strangers give addresses that do not exist; a mail that our server did not take in time is a fault."""
    assert tribute("doctor").code == 0
    clock, database = SystemClock(), Database(f"sqlite:///{tribute.home / 'tribute.db'}")
    with database.session() as session:
        mails = Mails(session, clock)
        mails.queue("ada@exmaple.example", Letter("Subject", "text", "html"), kind="received")
        mails.finish(mails.take(1)[0].id, outcome)
    database.close()
    with mailbox() as box:
        found, told = doctor(tribute, TRIBUTE_SMTP_URL=box.url)
    assert found == is_well
    assert f"{'addresses refused' if is_well else 'given up'} in 7 days: 1" in told
    assert ("the log says why" in told) != is_well
