"""Which addresses belong to a website, so that links and redirects may lead there. Pure; used by the links and, through `app`, by `/go`."""

import re
from collections.abc import Iterable

from tribute.kit.destinations import Destination, parse_destination
from tribute.kit.errors import InvalidInputError

LONGEST_WINDOW_DAYS = 3650
MOST_LINK_PARAMETERS = 10
CLICK_PARAMETER = "tid"
_PARAMETER = re.compile(r"[a-z0-9_.-]{1,40}")


def default_page(domain: str, default_url: str | None) -> Destination:
    """Where a link leads that names no page: what the owner set, else the website's own front page."""
    own = parse_destination(default_url) if default_url else None
    return own or Destination("https", domain, None, "/", "", "")


def hosts_of(domain: str, mapped: Iterable[str]) -> frozenset[str]:
    """The hosts of a website: its domain and the hosts that the owner listed for it, each with and without `www.`; no other subdomain.

    A subdomain that nobody listed may be someone else's: a forgotten one can be taken over.
    """
    return frozenset(name for host in (domain, *mapped) for name in (host, f"www.{host}"))


def checked_destination(text: str, domain: str, mapped: Iterable[str], default_url: str | None, field: str = "to") -> str:
    """The address of a page of the website, from a path or a whole address. Raises InvalidInputError."""
    front = default_page(domain, default_url)
    typed = text.strip()
    if typed.startswith("/") and not typed.startswith("//"):
        typed = front.origin + typed
    destination = parse_destination(typed)
    if destination is None:
        raise InvalidInputError(field, "is no address that a visitor can be sent to; give one like https://example.com/page, or /page")
    if not destination.is_on(hosts_of(domain, mapped), front):
        raise InvalidInputError(
            field, f"{destination.origin} is not the website {domain}; list the host with `tribute website map`, or name the other website"
        )
    return destination.url


def checked_default_url(text: str, domain: str, mapped: Iterable[str], field: str = "default_url") -> str:
    """The address of a website's default page, at any port of its hosts. Raises InvalidInputError."""
    destination = parse_destination(text.strip())
    if destination is None or destination.host not in hosts_of(domain, mapped):
        raise InvalidInputError(field, f"give the address of a page of {domain}, like https://{domain}/start")
    return destination.url


def checked_window_days(days: int, field: str = "window_days") -> int:
    """How long a click may earn, in days. Raises InvalidInputError."""
    if not 1 <= days <= LONGEST_WINDOW_DAYS:
        raise InvalidInputError(field, f"give 1 to {LONGEST_WINDOW_DAYS} days")
    return days


def checked_link_parameters(names: Iterable[str], field: str = "link_parameters") -> tuple[str, ...]:
    """The parameters of an address in which a code may stand, in their order, in lower case. Raises InvalidInputError."""
    wanted = tuple(dict.fromkeys(name.strip().lower() for name in names if name.strip()))
    if not 1 <= len(wanted) <= MOST_LINK_PARAMETERS:
        raise InvalidInputError(field, f"give 1 to {MOST_LINK_PARAMETERS} names, such as via; the first stands in new links")
    for name in wanted:
        if not _PARAMETER.fullmatch(name):
            raise InvalidInputError(field, f"{name[:40]!r} cannot be one; use 1 to 40 of the characters a-z, 0-9, _, . and -")
    if CLICK_PARAMETER in wanted:
        raise InvalidInputError(field, f"{CLICK_PARAMETER} carries the click's id; choose another name")
    return wanted
