"""What an address tells: host, path, campaign and the affiliate's code. Pure, and never fails: addresses come from anyone."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_plus

MAX_REF_LENGTH = 100
"""An affiliate reference is cut here: long enough to show the owner what somebody typed."""


class Address(NamedTuple):
    """The parts of a web address that the rules read; `query` is still encoded."""

    host: str | None
    path: str | None
    query: str


NO_ADDRESS = Address(None, None, "")


def parse_address(url: str | None) -> Address:
    """Split an address. A text that is not `http(s)://host…` or a path has no host."""
    if not url:
        return NO_ADDRESS
    url = url.partition("#")[0]
    url, _, query = url.partition("?")
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.lower() not in ("http", "https"):
        return Address(None, url if url.startswith("/") else None, query)
    authority, slash, path = rest.partition("/")
    return Address(_host(authority), slash + path if slash else "/", query)


def _host(authority: str) -> str | None:
    """The host of `user@host:port`, in lower case, without `www.`."""
    host = authority.rpartition("@")[2]
    host = host.partition("]")[0][1:] if host.startswith("[") else host.partition(":")[0]
    return host.lower().rstrip(".").removeprefix("www.")[:253] or None


@lru_cache(64)  # the rules ask many questions of one address
def query_values(query: str) -> Mapping[str, str]:
    """The parameters of a query by their names in lower case: of each the first filled value, decoded; empty where none is."""
    found: dict[str, str] = {}
    for part in query.split("&"):
        key, _, value = part.partition("=")
        if "%" in key or "+" in key:
            key = unquote_plus(key)
        key = key.lower()
        if not found.get(key):
            found[key] = unquote_plus(value).replace("\x00", "").strip() if value else ""
    return found


def query_value(query: str, name: str) -> str | None:
    """The first filled value of a parameter, decoded. `name` is in lower case; the address may spell it in any."""
    return query_values(query).get(name) or None


def parameter_in(query: str, name: str) -> bool:
    """Whether a parameter is there, filled or not. `name` is in lower case; the address may spell it in any."""
    return name in query_values(query)


def affiliate_in(query: str, parameters: Sequence[str]) -> str | None:
    """The affiliate reference of an address: the first present of the website's link parameters, in their order."""
    if "=" not in query:
        return None
    for parameter in parameters:
        found = query_value(query, parameter.lower())
        if found is not None:
            return normalised_ref(found)
    return None


def normalised_ref(value: str) -> str | None:
    """A code or id as it is compared: trimmed, lower case, cut. None when nothing is left."""
    return value.strip().lower()[:MAX_REF_LENGTH].rstrip() or None
