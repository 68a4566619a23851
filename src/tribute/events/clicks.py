"""Which click an event belongs to, and whether it is that click's arrival. Pure.

Source of the rules: the contract's "A click". A click comes from a redirect or a tagged address, never from a remembered code; a redirect
and its landing are one click, tied by `tid`; a bare affiliate property makes one click a visitor and affiliate, at first sight.
"""

import hashlib
from typing import NamedTuple

from tribute.events.addresses import Address, parameter_in, query_value

TID_PARAMETER = "tid"
SUB_PARAMETER = "sub"
_MAX_LENGTH = 64


class ClickTie(NamedTuple):
    """An event's tie to a click."""

    click_id: str | None
    is_click: bool


NO_CLICK = ClickTie(None, is_click=False)


def tid_of(address: Address) -> str | None:
    """The click id that a redirect put into an address."""
    found = query_value(address.query, TID_PARAMETER)
    return found[:_MAX_LENGTH] if found else None


def is_redirected(address: Address) -> bool:
    """Whether a redirect led to an address, also where it does not say which: its click is kept without a name that would stay on."""
    return parameter_in(address.query, TID_PARAMETER)


def sub_id_of(address: Address) -> str | None:
    """The affiliate's tag for a placement in an address."""
    found = query_value(address.query, SUB_PARAMETER)
    return found[:_MAX_LENGTH] if found else None


def arrival_click(*, event_key: bytes, tid: str | None) -> ClickTie:
    """The click of a tagged landing: the redirect's that led to it, else one of its own."""
    return ClickTie(tid or f"t_{event_key.hex()}", is_click=True)


def first_sight_click(*, website_id: str, visitor_id: str | None, affiliate_ref: str) -> ClickTie:
    """The one click that a bare affiliate property makes a visitor and affiliate, however often it is seen. None without a visitor."""
    if visitor_id is None:
        return NO_CLICK
    seen = f"{website_id}\x00{visitor_id}\x00{affiliate_ref}"
    return ClickTie(f"v_{hashlib.blake2b(seen.encode(errors='replace'), digest_size=16).hexdigest()}", is_click=True)
