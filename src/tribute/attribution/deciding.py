"""Who is credited for an order, and the decision record of it. Pure: the same order and candidates always end in the same decision.

Called by the use case that decides orders: `choose`, then `ledger/rules/commissions.earn` for whom was chosen, then `decide`.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import msgspec

from tribute.attribution.candidates import AffiliateStanding, Candidates
from tribute.ledger.rules.commissions import Earned, Earner
from tribute.ledger.rules.decisions import ClickSeen, Considered, Decision, Reason, Verdict, Via
from tribute.ledger.rules.enrollment import may_earn
from tribute.ledger.rules.orders import Order
from tribute.ledger.rules.terms import Terms

MOST_CONSIDERED = 50
"""How many candidates a decision keeps; a visitor may have thousands of clicks."""

_REASON_OF: dict[Verdict, Reason] = {
    "expired": "expired",
    "after_order": "after_order",
    "unknown_code": "unknown_code",
    "unknown_click": "unknown_click",
    "other_website": "other_website",
    "not_enrolled": "not_enrolled",
    "deactivated": "deactivated",
    "self_referral": "self_referral",
}


class Choice(msgspec.Struct, frozen=True):
    """Who is credited for an order, before what it earns is known. Unless it is attributed, `reason` says why nobody earns."""

    outcome: Literal["attributed", "unattributed", "held"]
    considered: tuple[Considered, ...] = ()
    left_out: int = 0
    reason: Reason | None = None
    affiliate_id: str | None = None
    via: Via | None = None
    click: ClickSeen | None = None
    group: str | None = None
    window_days: int | None = None
    """The program's, or the group's of whom was chosen; so is the hold."""
    hold_days: int = 0

    @property
    def earner(self) -> Earner | None:
        """For whom `earn` is to be called; None where nothing is owed to anybody."""
        if self.outcome != "attributed" or self.affiliate_id is None:
            return None
        return Earner(self.affiliate_id, self.group)


def choose(order: Order, candidates: Candidates) -> Choice:
    """Who is credited, of all who come into question, in the order of consideration.

    That is: the owner's word, which nothing overrules; the order's affiliate code; its coupon; the click that it names; the visitor's
    clicks by the program's model; the affiliate who was first credited for the customer. The first who stands every check wins.
    A rejected or linked order is nobody's and a possible duplicate is held; what was considered is recorded all the same.
    """
    terms = candidates.terms
    if terms is None:
        return Choice("unattributed", reason=_settled(candidates) or "no_program")
    judged = _with_one_winner(_candidates_judged(order, candidates, terms))
    winner = next((one for one in judged if one.verdict == "won"), None)
    considered, left_out = _kept(judged)
    nobody = Choice("unattributed", considered, left_out, window_days=terms.window_days, hold_days=terms.hold_days)
    settled = _settled(candidates)
    if settled is not None:
        return msgspec.structs.replace(nobody, reason=settled)
    possible = candidates.same_as is not None
    if winner is None or winner.affiliate_id is None:
        reason: Reason = "possible_duplicate" if possible else _why_nobody(judged)
        return msgspec.structs.replace(nobody, outcome="held" if possible else "unattributed", reason=reason)
    group = _standing(candidates, winner.affiliate_id).group
    return msgspec.structs.replace(
        nobody,
        outcome="held" if possible else "attributed",
        reason="possible_duplicate" if possible else None,
        affiliate_id=winner.affiliate_id,
        via=winner.via,
        click=winner.click,
        group=group,
        window_days=_window_days(terms, group),
        hold_days=_hold_days(terms, group),
    )


def decide(order: Order, candidates: Candidates, choice: Choice, earned: Earned | None = None, *, provisional: bool = False) -> Decision:
    """The decision record. `earned` is what `earn` returned for `choice.earner`; it is None exactly where that is None."""
    if (earned is None) != (choice.earner is None):
        raise ValueError("what was earned belongs to the choice's earner")
    terms = candidates.terms
    commission = earned.commission_minor if earned else 0
    assigned_note = candidates.assigned.note if candidates.assigned else None
    return Decision(
        outcome=choice.outcome,
        considered=choice.considered,
        left_out=choice.left_out,
        currency=order.currency,
        reason=earned.reason if earned else choice.reason,
        affiliate_id=choice.affiliate_id,
        via=choice.via,
        click=choice.click,
        program_id=order.program_id or None,
        terms_id=candidates.terms_id if terms else None,
        model=terms.model if terms else None,
        window_days=choice.window_days,
        lines=earned.lines if earned else (),
        commissionable_minor=order.commissionable_minor,
        commission_minor=commission,
        payable_at=order.occurred_at + timedelta(days=choice.hold_days) if commission else None,
        provisional=provisional,
        same_as=candidates.same_as.conversion_id if candidates.same_as else None,
        note=assigned_note if candidates.rejected is None else candidates.rejected,
    )


def _settled(candidates: Candidates) -> Reason | None:
    """Why the order is nobody's, whoever was found."""
    if candidates.rejected is not None:
        return "rejected"
    return "linked" if candidates.same_as is not None and candidates.same_as.state == "linked" else None


def _candidates_judged(order: Order, candidates: Candidates, terms: Terms) -> Iterator[Considered]:
    """Everyone in the order of consideration; all who stand the checks are `won` here."""
    if candidates.assigned is not None:
        yield Considered("owner", "won", affiliate_id=candidates.assigned.affiliate_id)
    named: tuple[tuple[Via, str | None, str | None], ...] = (
        ("affiliate_code", order.affiliate_code, candidates.code),
        ("coupon", order.coupon, candidates.coupon),
    )
    for via, code, affiliate_id in named:
        if code is not None:
            yield _judged(order, candidates, terms, Considered(via, "won", affiliate_id=affiliate_id, code=code))
    if order.click_id is not None:
        yield _judged_named_click(order, candidates, terms)
    for click in _in_turn(order, candidates, terms):
        yield _judged_click(order, candidates, terms, "click", click)
    credited = (one for one in candidates.earlier if one.place < order.place and one.affiliate_id is not None)
    first = min(credited, key=lambda one: one.place, default=None)
    if first is not None:
        found = Considered("customer", "won", affiliate_id=first.affiliate_id, click=first.click, earlier_conversion_id=first.conversion_id)
        yield _judged(order, candidates, terms, found)


def _in_turn(order: Order, candidates: Candidates, terms: Terms) -> list[ClickSeen]:
    """The visitor's clicks as the model takes them, each once and without the one that the order names; of one instant by id."""
    once = {click.click_id: click for click in candidates.clicks if click.click_id != order.click_id}
    by_id = sorted(once.values(), key=lambda click: click.click_id)
    return sorted(by_id, key=lambda click: click.time, reverse=terms.model == "last-click")


def _judged_named_click(order: Order, candidates: Candidates, terms: Terms) -> Considered:
    if candidates.named_click is None:
        return Considered("click_id", "unknown_click", detail=order.click_id)
    return _judged_click(order, candidates, terms, "click_id", candidates.named_click)


def _judged_click(order: Order, candidates: Candidates, terms: Terms, via: Via, click: ClickSeen) -> Considered:
    """A click's website, code and time are checked first, then its affiliate."""
    found = Considered(via, "won", affiliate_id=click.affiliate_id, code=click.code, click=click)
    if click.website_id not in candidates.websites:
        return _refused(found, "other_website")
    if click.affiliate_id is None:
        return _refused(found, "unknown_code")
    if click.time > order.occurred_at:
        return _refused(found, "after_order", _whole_seconds(click.time - order.occurred_at))
    window_days = _window_days(terms, _standing(candidates, click.affiliate_id).group)
    too_old = order.occurred_at - click.time - timedelta(days=window_days)
    if too_old > timedelta(0):
        return _refused(found, "expired", _whole_seconds(too_old), str(window_days))
    return _judged(order, candidates, terms, found)


def _judged(order: Order, candidates: Candidates, terms: Terms, found: Considered) -> Considered:
    """Whether the affiliate may be credited for this order at all."""
    if found.affiliate_id is None:
        return _refused(found, "unknown_code")
    standing = _standing(candidates, found.affiliate_id)
    if standing.deactivated_at is not None and standing.deactivated_at <= order.occurred_at:
        return _refused(found, "deactivated")
    if not may_earn(standing.enrolment, by_approval=terms.by_approval):
        return _refused(found, "not_enrolled", detail=_state(standing))
    if standing.email_hash is not None and standing.email_hash == order.customer_email_hash:
        return _refused(found, "self_referral")
    return found


def _state(standing: AffiliateStanding) -> str:
    """`pending`, or `banned: bought through own links`; `none` for who never enrolled."""
    state = standing.enrolment or "none"
    return f"{state}: {standing.enrolment_reason}" if standing.enrolment_reason else state


def _refused(found: Considered, verdict: Verdict, seconds: int | None = None, detail: str | None = None) -> Considered:
    return msgspec.structs.replace(found, verdict=verdict, seconds=seconds, detail=detail)


def _whole_seconds(span: timedelta) -> int:
    """Rounded up, so that a click which is a fraction too old is too old by a second."""
    return -(-span // timedelta(seconds=1))


def _with_one_winner(judged: Iterator[Considered]) -> list[Considered]:
    """The first good one wins, the other good ones were not needed."""
    all_judged = list(judged)
    first = next((index for index, one in enumerate(all_judged) if one.verdict == "won"), None)
    return [_refused(one, "not_needed") if one.verdict == "won" and index != first else one for index, one in enumerate(all_judged)]


def _kept(judged: list[Considered]) -> tuple[tuple[Considered, ...], int]:
    """The first of them with the one that won, and how many are left out."""
    kept = judged[:MOST_CONSIDERED]
    for one in judged[MOST_CONSIDERED:]:
        if one.verdict == "won":
            kept[-1] = one
    return tuple(kept), len(judged) - len(kept)


def _why_nobody(judged: list[Considered]) -> Reason:
    """The first refusal. A coupon that is nobody's is mostly a plain discount, so that it is the reason only when it stands alone."""
    if any(one.verdict == "won" for one in judged):  # the owner gave it to nobody
        return "assigned_to_nobody"
    refused = sorted(judged, key=lambda one: one.via == "coupon" and one.verdict == "unknown_code")
    return _REASON_OF[refused[0].verdict] if refused else "no_candidate"


def _standing(candidates: Candidates, affiliate_id: str) -> AffiliateStanding:
    return candidates.affiliates.get(affiliate_id, AffiliateStanding())


def _window_days(terms: Terms, group: str | None) -> int:
    own = next((one.window_days for one in terms.groups if one.group == group), None)
    return terms.window_days if own is None else own


def _hold_days(terms: Terms, group: str | None) -> int:
    own = next((one.hold_days for one in terms.groups if one.group == group), None)
    return terms.hold_days if own is None else own
