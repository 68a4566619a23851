"""Origins, as browsers tell whose page sends a request (RFC 6454), and which are our own. Called by pages and by the APIs' credentials."""

from typing import NamedTuple
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """A page's scheme, and its host with the port where that is not the scheme's own; in lower case."""

    scheme: str
    place: str


def origin_of(address: str) -> Origin | None:
    """The origin of a web address or an `Origin` header; None for what is neither, such as `null`."""
    try:
        parts = urlsplit(address)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        return None
    if scheme not in _DEFAULT_PORTS or not host:
        return None
    host = f"[{host}]" if ":" in host else host
    return Origin(scheme, host if port in {None, _DEFAULT_PORTS[scheme]} else f"{host}:{port}")


def is_own_origin(told: str, public_url: str, host: str | None) -> bool:
    """Whether an `Origin` header names our own pages: those of `public_url` or those of the request's own `Host`.

    Of a page on another host than `public_url`'s the scheme is not looked at: a proxy that takes TLS off does not always tell.
    """
    origin, public = origin_of(told), origin_of(public_url)
    if origin is None:
        return False
    if public is not None and origin.place == public.place:
        return origin.scheme == public.scheme
    return host is not None and origin == origin_of(f"{origin.scheme}://{host}")


def is_private_way(address: str) -> bool:
    """Whether nobody on the way to a web address can read or change what is told: by https, or by http to this very machine."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(host or "")))


def is_this_machine(host: str) -> bool:
    """Whether a host, in lower case and without the brackets of an address, is the machine that asks."""
    return host in {"localhost", "127.0.0.1", "::1"}
