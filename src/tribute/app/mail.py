"""Mail for the whole program: the job that sends it where a server is set, the seal of what waits, and the doors that write letters."""

from typing import Final

from tribute.access.authenticators import SEALING_PURPOSE as APPS
from tribute.access.doors import Doors
from tribute.access.post import Post
from tribute.access.sealing import Sealer
from tribute.app.parts import Parts
from tribute.home import secret_key
from tribute.jobs.mail import MailWorker
from tribute.jobs.smtp import SmtpServer
from tribute.kit.clock import Clock
from tribute.ledger.database import Database
from tribute.ledger.mails import Mails
from tribute.settings import Settings

_SEALING_PURPOSE: Final = "mails that wait"


def mail_seal(settings: Settings) -> Sealer:
    """What mails with secrets in them are sealed with while they wait."""
    return Sealer(secret_key(settings), _SEALING_PURPOSE)


def post_of(parts: Parts, public_url: str) -> Post:
    """How letters of doors and offices go out: into the outbox where a mail server is set, and otherwise not at all."""
    letters = mail_seal(parts.settings)
    outbox = (lambda session: Mails(session, parts.clock, letters)) if parts.settings.smtp_url is not None else None
    return Post(parts.clock, public_url, outbox)


def open_doors(parts: Parts, public_url: str) -> Doors:
    """The doors of the pages."""
    apps = Sealer(secret_key(parts.settings), APPS)
    return Doors.over(parts.database, parts.clock, seal=apps, post=post_of(parts, public_url), public_url=public_url)


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
