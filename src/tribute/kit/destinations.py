"""A web address that a visitor may be sent to, read so strictly that no browser can read it otherwise.

Used by the ledger for what owners type into links, and by the collector for what anyone puts into `to`. What passes is written anew
from its parts, in ASCII, so nothing of an odd spelling ever reaches a `Location`.
"""

import re
from collections.abc import Collection, Iterable
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import quote, unquote_plus

LONGEST = 2048
"""Longer addresses break somewhere between us and the page, and no link of a person's is that long."""

_SHAPE = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]{2,45}\]|[^/?#@:\[\]]+)(?::(?P<port>[0-9]{1,5}))?(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.IGNORECASE,
)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?")
_KEPT = "!#$%&'()*+,/:;=?@[]~"
"""What stays as it is beside letters, digits and `-._`: RFC 3986's reserved characters and percent signs, so that encodings are kept."""
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Destination(NamedTuple):
    """The parts of an address. `host` is in lower case and ASCII; `port` is None for the scheme's own; the rest is percent-encoded."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str
    fragment: str

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port is not None else "")

    @property
    def url(self) -> str:
        """The address, in ASCII without white space or control characters."""
        query = f"?{self.query}" if self.query else ""
        return f"{self.origin}{self.path}{query}" + (f"#{self.fragment}" if self.fragment else "")

    def is_on(self, hosts: Collection[str], front: "Destination") -> bool:
        """Whether it is on one of these hosts: at the scheme's own port, or at the one that the front page has."""
        return self.host in hosts and self.port in (None, front.port)

    def with_parameters(self, added: dict[str, str], *, replaced: Iterable[str] = ()) -> "Destination":
        """The address with these parameters at the end of its query, in place of any of the same or of a `replaced` name in any case."""
        gone = {name.lower() for name in (*added, *replaced)}
        kept = [part for part in self.query.split("&") if part and unquote_plus(part.partition("=")[0]).strip().lower() not in gone]
        new = [f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in added.items()]
        return self._replace(query="&".join(kept + new))


def parse_destination(text: str) -> Destination | None:
    """The address that a text is; None for everything else.

    Refused: other schemes, user info, backslashes, white space and control characters anywhere, hosts and ports that are none, and
    more than `LONGEST` characters.
    """
    if len(text) > LONGEST or "\\" in text or not all(sign.isprintable() and not sign.isspace() for sign in text):
        return None
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    scheme, host = match["scheme"].lower(), _plain_host(match["host"])
    port = int(match["port"]) if match["port"] else None
    if host is None or port == 0 or (port or 0) > 65535:
        return None
    path, query, fragment = (quote(match[part] or "", safe=_KEPT) for part in ("path", "query", "fragment"))
    return Destination(scheme, host, None if port == _DEFAULT_PORTS[scheme] else port, path or "/", query, fragment)


def _plain_host(text: str) -> str | None:
    """The host in lower case and ASCII, by the rules that browsers map names with (UTS 46); an IPv6 address without its brackets."""
    if text.startswith("["):
        try:
            return ip_address(text[1:-1]).compressed
        except ValueError:
            return None
    lower = text.lower()
    if not lower.isascii():
        import idna  # here: its tables are large, and few servers meet such a name

        try:
            lower = idna.encode(lower, uts46=True).decode("ascii")
        except UnicodeError:
            return None
    return lower.removesuffix(".") if _HOST.fullmatch(lower.removesuffix(".")) and ".." not in lower else None
