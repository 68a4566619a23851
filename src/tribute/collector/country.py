"""Country from an IP address, offline: the registries' own assignments as packed by `iptocc` (MIT or Apache-2.0). Called by the core."""

from collections.abc import Callable
from functools import lru_cache


@lru_cache(maxsize=1)
def _lookup() -> Callable[[str], str | None]:
    """The table, loaded at first use: it is embedded in a compiled module of 1.7 MB."""
    from iptocc import country_code

    found: Callable[[str], str | None] = country_code
    return found


def country_of(ip: str) -> str | None:
    """ISO 3166-1 alpha-2 of the country that the address was assigned to; None for private, unknown and malformed ones. Never raises."""
    return _lookup()(ip.removeprefix("::ffff:"))
