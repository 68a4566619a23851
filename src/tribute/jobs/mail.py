"""The mail job's thread: sends what waits in the ledger's outbox, tries again with growing pauses, gives up when nobody needs it any more.

Each mail is sent at least once or given up with a line in the log; none is ever forgotten halfway. Started by `app`.
"""

import smtplib
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from prometheus_client import Counter

from tribute.jobs.smtp import MailRefusedError, MailServerError, SmtpServer, connected, message, send
from tribute.kit.clock import Clock
from tribute.kit.errors import TributeError
from tribute.kit.pauses import growing_pause
from tribute.ledger.database import Database
from tribute.ledger.mails import DueMail, MailOutcome, Mails, Seal

_log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 1.0
"""How long a mail waits at most before it is seen."""
FIRST_PAUSE_SECONDS: Final = 15.0
LONGEST_PAUSE_SECONDS: Final = 3600.0
_TIDY_EVERY: Final = timedelta(hours=6)
_AT_ONCE: Final = 20

_MAILS = Counter(
    "tribute_mails", "Mails by what became of them: sent, failed (to be tried again), given_up, or refused for good.", ["outcome"]
)


@dataclass(frozen=True, slots=True)
class MailStatus:
    """How sending goes: what waits, since when, and why the last attempt failed, if it did."""

    waiting: int = 0
    oldest_at: datetime | None = None
    last_error: str | None = None


class MailWorker:
    """Sends mails until stopped. `seal` opens those with secrets in them."""

    def __init__(self, database: Database, clock: Clock, server: SmtpServer, seal: Seal) -> None:
        self._database = database
        self._clock = clock
        self._server = server
        self._seal = seal
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mail", daemon=True)
        self._last_error: str | None = None
        self._tidy_at = clock.now()
        self.status = MailStatus()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the mail under way; what waits is sent after the next start."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def send_due(self) -> int:
        """Send what is due now, one after the other; tells how many were sent. Raises DatabaseUnavailableError."""
        with self._database.reading() as session:
            waiting, oldest = Mails(session, self._clock).waiting()
        sent = self._send_taken() if waiting else 0
        self.status = MailStatus(waiting - sent, oldest if waiting > sent else None, self._last_error if waiting > sent else None)
        return sent

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            well = self._round()
            failures = 0 if well else failures + 1
            self._stopping.wait(growing_pause(LOOK_SECONDS, failures, 60.0))

    def _round(self) -> bool:
        try:
            self.send_due()
            self._tidy()
        except TributeError as error:
            _log.warning("mail_job_failed", reason=str(error))
        except Exception:  # noqa: BLE001 -- the thread must outlive whatever fails in it
            _log.exception("mail_job_failed")
        else:
            return True
        return False

    def _send_taken(self) -> int:
        with self._database.session() as session:
            taken = Mails(session, self._clock).take(_AT_ONCE)
        useful = [mail for mail in taken if self._still_useful(mail)]
        if not useful:
            return 0
        try:
            with connected(self._server) as connection:
                return sum(self._sent(connection, mail) for mail in useful)
        except MailServerError as error:
            for mail in useful:
                self._put_off(mail, str(error))
        return 0

    def _still_useful(self, mail: DueMail) -> bool:
        if self._clock.now() < mail.useless_at:
            return True
        self._give_up(mail, self._last_error or "it could not be sent in time")
        return False

    def _sent(self, connection: smtplib.SMTP, mail: DueMail) -> bool:
        if self._stopping.is_set():  # its lease ends soon enough for the next start
            return False
        try:
            written = message(self._server, mail.recipient, mail.letter(self._seal), mail_id=mail.id, at=self._clock.now())
            send(connection, written)
        except MailServerError as error:
            self._put_off(mail, str(error))
            return False
        except MailRefusedError as error:
            self._give_up(mail, error.problem, outcome="refused")
            return False
        except TributeError as error:  # sealed under another secret, or nothing that a mail can hold
            self._give_up(mail, str(error))
            return False
        with self._database.session() as session:
            Mails(session, self._clock).finish(mail.id, "sent")
        self._last_error = None
        _MAILS.labels("sent").inc()
        return True

    def _put_off(self, mail: DueMail, reason: str) -> None:
        """Try again later, in no more time than is left: a link that lives for minutes is not worth an hour's pause."""
        pause = timedelta(seconds=growing_pause(FIRST_PAUSE_SECONDS, mail.attempts - 1, LONGEST_PAUSE_SECONDS))
        with self._database.session() as session:
            Mails(session, self._clock).put_off(mail.id, min(self._clock.now() + pause, mail.useless_at))
        self._last_error = reason
        _MAILS.labels("failed").inc()
        _log.warning("mail_not_sent", mail=mail.id, kind=mail.kind, attempt=mail.attempts, reason=reason)

    def _give_up(self, mail: DueMail, reason: str, *, outcome: MailOutcome = "given_up") -> None:
        with self._database.session() as session:
            Mails(session, self._clock).finish(mail.id, outcome)
        _MAILS.labels(outcome).inc()
        _log.error("mail_given_up", mail=mail.id, kind=mail.kind, attempts=mail.attempts, reason=reason)

    def _tidy(self) -> None:
        now = self._clock.now()
        if now >= self._tidy_at:
            self._tidy_at = now + _TIDY_EVERY
            with self._database.session() as session:
                Mails(session, self._clock).delete_old()
