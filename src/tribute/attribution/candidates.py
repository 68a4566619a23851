"""Everything that is read before an order is decided, as values. Pure; filled by who reads, judged by `deciding`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from tribute.ledger.rules.decisions import ClickSeen
from tribute.ledger.rules.enrollment import State
from tribute.ledger.rules.terms import Kind, Terms


class AffiliateStanding(msgspec.Struct, frozen=True):
    """An affiliate's place in the order's program at the order's time. The default is one who never enrolled."""

    enrolment: State | None = None
    enrolment_reason: str | None = None
    """The owner's words for the state."""
    group: str | None = None
    deactivated_at: datetime | None = None
    """Since when the affiliate's account was out of use then, in all programs; None for one that was not."""
    email_hash: str | None = None
    """The keyed hash of their e-mail address, as customers' are hashed."""


class EarlierOrder(msgspec.Struct, frozen=True):
    """Another order of the same customer in the same program, with who is credited for it now; not a linked, held or rejected one."""

    conversion_id: str
    place: tuple[datetime, str, str]
    kind: Kind
    affiliate_id: str | None = None
    click: ClickSeen | None = None


class Assigned(msgspec.Struct, frozen=True):
    """The owner's own word: whose the order is, or nobody's."""

    affiliate_id: str | None
    note: str | None = None


class SameAs(msgspec.Struct, frozen=True):
    """Another conversion that tells of the same order: possibly, or linked by the owner or by its payment reference."""

    conversion_id: str
    state: Literal["possible", "linked"]


class Candidates(msgspec.Struct, frozen=True):
    """What was read for one order. The order in which things stand in it makes no difference."""

    terms_id: str | None
    terms: Terms | None
    """The program's terms at the order's `occurred_at`; None where none held yet."""
    websites: frozenset[str]
    """The program's website ids at that time."""
    code: str | None = None
    """The affiliate whose code (or id) the order's `affiliate_code` is; None for nobody."""
    coupon: str | None = None
    """The affiliate whose coupon the order's `coupon` is; None for nobody."""
    named_click: ClickSeen | None = None
    """The click that the order's `click_id` names."""
    clicks: tuple[ClickSeen, ...] = ()
    """The visitor's clicks, also those a while before the window and after the order, so that it can be told why they do not count."""
    earlier: tuple[EarlierOrder, ...] = ()
    """The customer's orders; later ones are left out here."""
    affiliates: Mapping[str, AffiliateStanding] = {}
    """Everyone who is named above, by id."""
    assigned: Assigned | None = None
    same_as: SameAs | None = None
    rejected: str | None = None
    """The owner's reason for rejecting the order."""
