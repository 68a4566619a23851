"""Puts a letter into the form that mail servers take, and hands it to ours. Called by the mail job; blocks, so in its thread.

Invariant: nothing of a letter or an address can become a header of its own, and no password is told over a line that others can read.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from typing import Final, Literal

from tribute.kit.errors import InvalidInputError, UnavailableError
from tribute.kit.origins import is_this_machine
from tribute.ledger.mails import MailContent
from tribute.ledger.rules.text import checked_email

_PATIENCE_SECONDS: Final = 20.0
_BAD_ADDRESS: Final = re.compile(rb"5\.(1\.(?![78]\b)\d+|2\.1)\b")
"""What a server says first (RFC 3463) where no such person or place takes mail, now or ever. 5.1.7 and 5.1.8 are about the sender: us."""
_ENHANCED: Final = re.compile(rb"5\.\d{1,3}\.\d{1,3}\b")
_REFUSES_RECIPIENT: Final = {550, 551, 553, 556}
"""Replies to a recipient that are for good (RFC 5321 4.2.2, RFC 7504). Others are about our words, our rights or the moment."""
_REFUSES_US: Final = re.compile(rb"relay|authenti|permitted|prohibit|denied|polic|rcpthosts|spam|block|listed|sender", re.IGNORECASE)
"""What is said where a server has something against us rather than the address: Exim's "relay not permitted", qmail's "not in my list of
allowed rcpthosts (#5.7.1)". The operator can mend that, and then the mail goes out."""


class _UrlHeader(UnstructuredHeader, BaseHeader):
    """A header of one long address, on one line: the library would write it as encoded words, which no mail program follows."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS: Final = HeaderRegistry()
_HEADERS.map_to_type("List-Unsubscribe", _UrlHeader)
_FORM: Final = SMTP.clone(header_factory=_HEADERS)
_UNFIT: Final = (ValueError, HeaderParseError, InvalidInputError)
"""What the library and our own rules raise for text that no header can hold."""


class MailRefusedError(InvalidInputError):
    """The address takes no mail and never will: there is no such person or place. Not worth another try."""

    def __init__(self, problem: str) -> None:
        super().__init__("recipient", problem)


class MailServerError(UnavailableError):
    """The server did not take the mail now, or could not be reached. The text names the reason and no person."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mails go, and who they come from. `starttls` is for connections that begin in the clear."""

    host: str
    port: int
    implicit_tls: bool
    sender_address: str
    sender_name: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    starttls: Literal["required", "offered", "never"] = "required"

    @property
    def place(self) -> str:
        """Host and port, as people write them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def message(server: SmtpServer, to: str, letter: MailContent, *, mail_id: str, at: datetime) -> EmailMessage:
    """The letter as text and HTML, with the headers of a mail that a program sends. The same `mail_id` gives the same Message-ID.

    Raises MailRefusedError for an address that no header can hold, InvalidInputError for a sender or a subject.
    """
    made = EmailMessage(policy=_FORM)
    try:
        made["To"] = _address(to)
    except _UNFIT as error:
        raise MailRefusedError("it cannot stand in a mail's header") from error
    try:
        made["From"] = _address(server.sender_address, server.sender_name)
        made["Subject"] = letter.subject
    except _UNFIT as error:
        raise InvalidInputError("mail", "has a sender or a subject that cannot stand in a header") from error
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{mail_id}@{made['From'].addresses[0].domain}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notices are not sent in answer
    if letter.unsubscribe_url is not None:
        made["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    made.set_content(letter.text)
    made.add_alternative(letter.html, subtype="html")
    return made


def _address(email: str, name: str = "") -> Address:
    local, _, domain = checked_email(email).rpartition("@")
    return Address(display_name=name, username=local, domain=domain.encode("idna").decode() if not domain.isascii() else domain)


@contextmanager
def connected(server: SmtpServer) -> Iterator[smtplib.SMTP]:
    """A connection that is ready to send. Raises MailServerError."""
    try:
        connection = _opened(server)
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise MailServerError(_told(error)) from error
    try:
        yield connection
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
        connection.close()


def send(connection: smtplib.SMTP, mail: EmailMessage) -> None:
    """Hand a mail over; returns when the server has taken it on. Raises MailRefusedError, MailServerError."""
    try:
        connection.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        code, told = next(iter(error.recipients.values()))  # a mail has one recipient
        if _takes_no_mail(code, told):
            raise MailRefusedError(f"the mail server refuses it ({code})") from error
        raise MailServerError(f"the recipient is refused ({code})") from error
    except smtplib.SMTPNotSupportedError as error:
        if not mail["From"].addresses[0].addr_spec.isascii():
            raise MailServerError("it takes no sender with such letters; name another one with from=") from error
        raise MailRefusedError("the mail server takes no address with such letters") from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailServerError(_told(error)) from error


def _takes_no_mail(code: int, told: bytes) -> bool:
    """Whether a server that refuses a recipient means the recipient, for good. A code of RFC 3463 says whose fault it is more exactly than
    the reply itself: a relay that does not know us refuses everybody with 550 5.7.1, which the operator can mend."""
    if _ENHANCED.match(told):
        return code >= 500 and _BAD_ADDRESS.match(told) is not None
    return code in _REFUSES_RECIPIENT and not _ENHANCED.search(told) and not _REFUSES_US.search(told)


def _opened(server: SmtpServer) -> smtplib.SMTP:
    tls = ssl.create_default_context()  # anew each time, so that a certificate that was put right is believed without a restart
    if server.implicit_tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_PATIENCE_SECONDS, context=tls)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=_PATIENCE_SECONDS)
    try:
        connection.ehlo()
        is_private = server.implicit_tls or _made_private(connection, server, tls)
        if server.user is not None:
            if not is_private and not is_this_machine(server.host):
                raise MailServerError("the password is not told in the clear; use starttls=required, or smtps:// if it speaks that")
            connection.login(server.user, server.password or "")
    except BaseException:
        connection.close()
        raise
    return connection


def _made_private(connection: smtplib.SMTP, server: SmtpServer, tls: ssl.SSLContext) -> bool:
    """Go over to TLS as the setting says, before anything is told. Links in mails open accounts: they too are for nobody on the way."""
    if server.starttls != "never" and connection.has_extn("starttls"):
        connection.starttls(context=tls)
        connection.ehlo()
        return True
    if server.starttls == "required":
        raise MailServerError("it offers no STARTTLS, and nothing is told in the clear; use smtps:// if it speaks that")
    return False


def _told(error: Exception) -> str:
    """What happened, without what the server said in words: it may repeat addresses."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"it takes neither user nor password ({error.smtp_code})"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answers {error.smtp_code}"
    if isinstance(error, ssl.SSLError):
        return _told_of_tls(error)
    if isinstance(error, TimeoutError | smtplib.SMTPServerDisconnected):
        return "it gives no answer, or breaks off; ports like 465 answer to smtps:// alone"
    if isinstance(error, OSError) and error.strerror:
        return f"it cannot be reached: {error.strerror}"
    return f"the conversation broke off ({type(error).__name__})"


def _told_of_tls(error: ssl.SSLError) -> str:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return "it speaks no TLS there that we do; smtps:// is for ports like 465, smtp:// for ports like 587"
    is_unknown = "issuer" in error.verify_message or "self-signed" in error.verify_message
    advice = "; for an authority of your own, SSL_CERT_FILE names the file with its certificate" if is_unknown else ""
    return f"its certificate is not believed: {error.verify_message.rstrip('.')}{advice}"
