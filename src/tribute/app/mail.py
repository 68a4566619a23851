"""Mail for the whole program: the job that sends it where a server is set, the seal of what waits, and the doors that write letters.

Also the one mail that goes past the outbox: the test that somebody at the terminal sends, to see at once whether mails arrive.
"""

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tribute.access.authenticators import SEALING_PURPOSE as APPS
from tribute.access.doors import Doors
from tribute.access.post import Post
from tribute.access.sealing import Sealer
from tribute.app.parts import Parts
from tribute.home import public_url, secret_key
from tribute.kit.clock import Clock
from tribute.kit.errors import InvalidInputError
from tribute.kit.ids import new_id
from tribute.ledger.database import Database
from tribute.ledger.mails import MailContent, Mails
from tribute.ledger.rules.text import checked_email
from tribute.letters.trial import trial_letter
from tribute.settings import Settings

if TYPE_CHECKING:
    from tribute.jobs.mail import MailWorker
    from tribute.jobs.smtp import SmtpServer

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


def smtp_server(settings: Settings) -> "SmtpServer | None":
    """The server that takes mails; None where none is set."""
    told = settings.smtp_url
    if told is None:
        return None
    from tribute.jobs.smtp import SmtpServer  # Python's mail libraries are 2 MB, for those who send

    return SmtpServer(
        host=told.host,
        port=told.port,
        implicit_tls=told.implicit_tls,
        sender_address=told.sender_address,
        sender_name=told.sender_name,
        user=told.user,
        password=told.password,
        starttls=told.starttls,
    )


def mail_worker(settings: Settings, database: Database, clock: Clock) -> "MailWorker | None":
    """The job that sends mails; None where no server is set."""
    server = smtp_server(settings)
    if server is None:
        return None
    from tribute.jobs.mail import MailWorker

    return MailWorker(database, clock, server, mail_seal(settings))


def send_trial(settings: Settings, to: str, clock: Clock) -> "SmtpServer":
    """Send a test mail at once; the server that took it. Raises InvalidInputError, MailServerError, MailRefusedError."""
    from tribute.jobs.smtp import MailRefusedError, MailServerError, connected, message, send

    server, to = smtp_server(settings), checked_email(to)
    if server is None:
        raise InvalidInputError("SMTP_URL", "is not set, so no mails are sent; docs/mail.md says how")
    site = public_url(settings)
    told = trial_letter(place=urlsplit(site).netloc, server=server.place, sender=server.sender_address, url=site)
    content = MailContent(told.subject, told.text, told.html)
    try:
        with connected(server) as connection:
            send(connection, message(server, to, content, mail_id=new_id("mai"), at=clock.now()))
    except (MailServerError, MailRefusedError) as error:
        reason = error.problem if isinstance(error, MailRefusedError) else error
        raise MailServerError(f"the mail server {server.place} did not take the mail: {reason}") from error
    return server
