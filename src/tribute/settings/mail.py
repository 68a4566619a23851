"""`SMTP_URL`: the server that takes our mails, how it is reached, and who they come from. Read by the settings' loader."""

from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any, Final, Literal, cast, get_args
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from tribute.kit.errors import InvalidInputError
from tribute.kit.origins import is_this_machine
from tribute.ledger.rules.text import checked_email, checked_name

_PORTS: Final = {"smtp": 587, "smtps": 465}
_FORM = "smtp://user:password@mail.example.com:587?from=Affiliates%20<partners@example.com>"

StartTls = Literal["required", "offered", "never"]
"""When a connection that begins in the clear is made private: always, where the server offers it, or not at all."""


@dataclass(frozen=True, slots=True)
class SmtpSetting:
    """A mail server. With `implicit_tls` the connection is private from its first byte, otherwise from STARTTLS on."""

    host: str
    port: int
    implicit_tls: bool
    sender_address: str
    sender_name: str = "Tribute"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    starttls: StartTls = "required"


def as_smtp(value: Any) -> SmtpSetting:
    """An address like smtp://user:password@host:587?from=… What is wrong is never repeated, because a password may be in it."""
    parts = _split(value)
    if parts is None or parts.scheme not in _PORTS or not parts.hostname or parts.path not in {"", "/"} or parts.fragment:
        raise ValueError(f"give an address like {_FORM}, or smtps:// for TLS from the first byte; write @ : / in a password as %40 %3A %2F")
    user = unquote(parts.username) if parts.username else None
    if (user is None) != (parts.password is None):
        raise ValueError("give a user and a password, user:password@host, or neither")
    given = _given(parts.query)
    name, address = _sender(given, user)
    return SmtpSetting(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        implicit_tls=parts.scheme == "smtps",
        sender_address=address,
        sender_name=name,
        user=user,
        password=unquote(parts.password) if parts.password is not None else None,
        starttls=_starttls(given, parts.scheme, parts.hostname),
    )


def _split(value: Any) -> SplitResult | None:
    if not isinstance(value, str) or not value.strip().isprintable() or " " in value.strip():
        return None
    try:
        parts = urlsplit(value.strip())
        _ = parts.port  # reading it checks it
    except ValueError:
        return None
    return parts


def _given(query: str) -> dict[str, str]:
    given = dict(parse_qsl(query, keep_blank_values=True))
    if given.keys() - {"from", "starttls"}:
        raise ValueError("only from= and starttls= may stand behind the question mark; write & in them as %26")
    return given


def _starttls(given: dict[str, str], scheme: str, host: str) -> StartTls:
    """As it is told; otherwise nothing leaves this machine in the clear."""
    if "starttls" not in given:
        return "offered" if is_this_machine(host) else "required"
    if scheme == "smtps":
        raise ValueError("smtps:// is private from the first byte; leave starttls= out, or write smtp://")
    if given["starttls"] not in get_args(StartTls):
        raise ValueError("starttls= is required, offered or never")
    return cast("StartTls", given["starttls"])


def _sender(given: dict[str, str], user: str | None) -> tuple[str, str]:
    """Who mails come from: `from=`, else the user where that is an address."""
    told = given.get("from", user or "")
    name, address = parseaddr(told) if "<" in told else ("", told)
    try:
        return checked_name(name or "Tribute"), checked_email(address)
    except InvalidInputError as error:
        raise ValueError("say who the mails come from: ?from=partners@example.com, or ?from=Affiliates%20<partners@example.com>") from error
