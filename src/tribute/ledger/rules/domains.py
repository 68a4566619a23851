"""A website's domain: its bare host in lower case and ASCII (IDNA), without scheme, port and leading `www.`.

`www.example.com` and `example.com` are one website; so are their subdomains, unless one of them is a website of its own.
"""

import ipaddress
import re

from tribute.kit.errors import InvalidInputError

_HOST_LIMIT = 253  # RFC 1035, section 2.3.4, as text
_ADDRESS = re.compile(
    r"(?:https?://)?(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[^\s/?#@:\[\]\\]+)(?::[0-9]{1,5})?(?P<rest>[/?#].*)?", re.IGNORECASE | re.DOTALL
)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")


def normalised_host(host: str) -> str | None:
    """The host as domains are kept and compared, with `www.` cut off; None for what is no host."""
    plain = _plain_host(host)
    if plain is None:
        return None
    bare = plain.removeprefix("www.")
    return bare if "." in bare else plain  # www.com is a domain, com is not


def is_host(text: str) -> bool:
    """Whether a text is a host name or an address."""
    return _plain_host(text) is not None


def checked_domain(text: str, field: str = "domain") -> str:
    """The domain of what an owner typed, also from a pasted address such as `https://www.example.com/`.

    Raises InvalidInputError for what is no host, and for an address that has more than a host: a website is a whole host.
    """
    match = _ADDRESS.fullmatch(text.strip())
    host = normalised_host(match["host"]) if match else None
    if match is None or host is None or not ("." in host or ":" in host or host == "localhost"):
        raise InvalidInputError(field, "is not a domain; give one like example.com")
    if match["rest"] not in {None, "/"}:
        raise InvalidInputError(field, f"a website is a whole host; give {host} without what follows it")
    return host


def with_parents(host: str) -> list[str]:
    """A normalised host and the domains it lies under, the nearest first: `a.b.com` gives `a.b.com`, `b.com`, `com`."""
    if _ip_address(host) is not None:
        return [host]
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


def _plain_host(text: str) -> str | None:
    """Lower case, ASCII, no dot at the end; an IP address in its canonical form."""
    if len(text) > 4 * _HOST_LIMIT:
        return None
    address = _ip_address(text)
    if address is not None:
        return address
    host = _to_ascii(text.removesuffix("."))
    if host is None or len(host) > _HOST_LIMIT:
        return None
    labels = host.split(".")
    if labels[-1].isdigit() or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return host


def _to_ascii(host: str) -> str | None:
    lower = host.lower()
    if lower.isascii():
        return lower

    import idna  # here: its tables are large, and few servers meet such a name

    try:
        return idna.encode(lower, uts46=True).decode("ascii")
    except UnicodeError:
        return None


def _ip_address(text: str) -> str | None:
    if "%" in text:  # an interface's name, which means nothing outside one machine
        return None
    try:
        return ipaddress.ip_address(text.removeprefix("[").removesuffix("]")).compressed
    except ValueError:
        return None
