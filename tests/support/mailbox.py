"""A mail server on loopback that keeps what it is sent, and refuses what it is told to refuse; with or without TLS and a login."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Final

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tribute.jobs.smtp import SmtpServer

USER: Final = "tribute"
PASSWORD: Final = "geheim"


class Mailbox:
    """What arrived, the earliest first; `answers` are given to recipients instead of taking the next mails."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []
        self.logins: list[tuple[str, bool]] = []
        """Passwords that were told, and whether inside TLS."""
        self.is_private: list[bool] = []
        """Of each mail, whether it came inside TLS."""
        self.port = 0

    @property
    def server(self) -> SmtpServer:
        """The server as the mail job knows it."""
        return SmtpServer(
            "127.0.0.1",
            self.port,
            implicit_tls=False,
            sender_address="partners@course.example",
            sender_name="Course, Inc.",
            starttls="offered",
        )

    @property
    def url(self) -> str:
        """The server as a setting."""
        return f"smtp://127.0.0.1:{self.port}?from=partners@course.example"

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- likewise
        content = envelope.content
        assert isinstance(content, bytes)
        mail: Any = message_from_bytes(content, policy=default)
        self.mails.append(mail)
        self.is_private.append(_is_private(server))
        return "250 OK"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, told: Any) -> AuthResult:
        """Take our user's password, in the clear as well: clients must not tell it there."""
        assert isinstance(told, LoginPassword)
        self.logins.append((told.password.decode(), _is_private(server)))
        return AuthResult(success=(told.login, told.password) == (USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def mailbox(tls: ssl.SSLContext | None = None, *, from_the_first_byte: bool = False, host: str = "127.0.0.1") -> Iterator[Mailbox]:
    """A mail server that ends with the block. With `tls` it offers STARTTLS, or speaks it `from_the_first_byte`."""
    box, loop = Mailbox(), asyncio.new_event_loop()

    def conversation() -> SMTP:
        offered = None if from_the_first_byte else tls
        return SMTP(box, loop=loop, hostname="mail.test", tls_context=offered, authenticator=box.authenticate, auth_require_tls=False)

    outer = tls if from_the_first_byte else None
    server = loop.run_until_complete(loop.create_server(conversation, host, 0, ssl=outer))
    box.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, name="mailbox", daemon=True)
    thread.start()
    try:
        yield box
    finally:
        asyncio.run_coroutine_threadsafe(_ended(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _ended(server: asyncio.Server) -> None:
    """Close the server and the conversations that are still open."""
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _is_private(server: SMTP) -> bool:
    return server.transport is not None and server.transport.get_extra_info("ssl_object") is not None


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """The body of a mail, as text or as `html`."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())
