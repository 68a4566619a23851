"""Mail for the whole program: the job that sends it where a server is set, and the seal of what waits."""

from typing import Final

from tribute.access.sealing import Sealer
from tribute.home import secret_key
from tribute.jobs.mail import MailWorker
from tribute.jobs.smtp import SmtpServer
from tribute.kit.clock import Clock
from tribute.ledger.database import Database
from tribute.settings import Settings

_SEALING_PURPOSE: Final = "mails that wait"


def mail_seal(settings: Settings) -> Sealer:
    """What mails with secrets in them are sealed with while they wait."""
    return Sealer(secret_key(settings), _SEALING_PURPOSE)


def mail_worker(settings: Settings, database: Database, clock: Clock) -> MailWorker | None:
    """The job that sends mails; None where no server is set."""
    told = settings.smtp_url
    if told is None:
        return None
    server = SmtpServer(
        host=told.host,
        port=told.port,
        implicit_tls=told.implicit_tls,
        sender_address=told.sender_address,
        sender_name=told.sender_name,
        user=told.user,
        password=told.password,
    )
    return MailWorker(database, clock, server, mail_seal(settings))
