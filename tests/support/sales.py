"""Orders, clicks and candidates as values, for tests of what is pure: whatever a test does not say is the plainest there is."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tribute.attribution.candidates import AffiliateStanding, Candidates
from tribute.attribution.deciding import choose, decide
from tribute.ledger.rules.commissions import Earned, Earner, Standing, earn
from tribute.ledger.rules.decisions import ClickSeen, Decision
from tribute.ledger.rules.orders import Line, Order, Refund
from tribute.ledger.rules.terms import Kind, Rule, Terms

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""When orders occur."""
ADA = "aff_00000000000000000ada"
BOB = "aff_00000000000000000bob"
WEBSITE = "web_00000000000000000001"
OTHER_WEBSITE = "web_00000000000000000002"


def order(
    *amounts: int | tuple[str, int],
    kind: Kind = "sale",
    currency: str = "USD",
    tax: int = 0,
    shipping: int = 0,
    occurred_at: datetime = NOON,
    **told: Any,
) -> Order:
    """An order with a line for each amount or (product, amount); of 199.00 without any."""
    given = amounts or (19900,)
    lines = tuple(
        Line(id=str(number), amount_minor=one if isinstance(one, int) else one[1], product=None if isinstance(one, int) else one[0])
        for number, one in enumerate(given, start=1)
    )
    facts: dict[str, Any] = {
        "conversion_id": "con_00000000000000000001",
        "program_id": "prg_00000000000000000001",
        "website_id": WEBSITE,
        "source": "api",
        "external_id": "order-1",
        "received_at": occurred_at,
    }
    return Order(
        kind=kind,
        amount_minor=sum(line.amount_minor for line in lines) + tax + shipping,
        currency=currency,
        tax_minor=tax,
        shipping_minor=shipping,
        lines=lines,
        occurred_at=occurred_at,
        **(facts | told),
    )


def terms(*rules: Rule, **more: Any) -> Terms:
    """Terms in USD; without rules, 50 % of every sale."""
    return Terms(**({"currency": "USD", "rules": rules or (Rule(percent="50"),)} | more))


def earned(of: Order, *rules: Rule, group: str | None = None, currency: str = "USD", **standing: Any) -> Earned:
    """What the order earns Ada under the rules."""
    return earn(of, Earner(ADA, group), terms(*rules, currency=currency), Standing(**standing))


def click(
    ago: timedelta, affiliate_id: str | None = ADA, *, click_id: str = "click-1", website_id: str = WEBSITE, **more: Any
) -> ClickSeen:
    """A click so long before noon, of Ada's code `ada`."""
    told = {"code": "bob" if affiliate_id == BOB else "ada"} | more
    return ClickSeen(click_id=click_id, website_id=website_id, time=NOON - ago, affiliate_id=affiliate_id, **told)


def candidates(*clicks: ClickSeen, affiliates: Mapping[str, AffiliateStanding] | None = None, **more: Any) -> Candidates:
    """What was read: the clicks, and Ada and Bob as affiliates of an open program."""
    facts: dict[str, Any] = {"terms_id": "trm_00000000000000000001", "terms": terms(), "websites": frozenset({WEBSITE})}
    everyone = {ADA: AffiliateStanding(), BOB: AffiliateStanding()} | dict(affiliates or {})
    return Candidates(clicks=clicks, affiliates=everyone, **(facts | more))


def decided(of: Order, read: Candidates, standing: Standing | None = None) -> Decision:
    """The decision as the use case makes it."""
    choice = choose(of, read)
    if choice.earner is None or read.terms is None:
        return decide(of, read, choice)
    return decide(of, read, choice, earn(of, choice.earner, read.terms, standing or Standing()))


def refund(amount: int, *, number: int = 1, lines: Mapping[str, int] | None = None, after: timedelta = timedelta(days=1)) -> Refund:
    return Refund(refund_id=f"ref-{number}", amount_minor=amount, occurred_at=NOON + after, lines=dict(lines or {}))


def commissions(of: Earned) -> Sequence[int]:
    return [line.commission_minor for line in of.lines]
