"""The country of an IP address, from the registries' delegation data that `iptocc` ships (MIT or Apache-2.0, no network).

It is the country an address block was assigned in, which is right for some 95 % of addresses. The address itself is never kept.
"""

from collections.abc import Callable
from functools import cache


@cache
def _country_code() -> Callable[[str], object]:
    """The look-up, whose data are read when it is first asked for."""
    from iptocc import country_code

    return country_code


def country_of(ip: str | None) -> str | None:
    """ISO 3166-1 alpha-2; None for private, unknown and malformed addresses."""
    if not ip:
        return None
    try:
        found = _country_code()(ip.removeprefix("::ffff:"))
    except ValueError:
        return None
    return found if isinstance(found, str) else None
