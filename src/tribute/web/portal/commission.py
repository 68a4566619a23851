"""The portal's page of one commission: why it is what it is, drawn on a timeline, and its arithmetic line by line.

Complete without scripts. What an affiliate may see is decided in `reports`; this module only lays it out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from litestar import Response, get
from litestar.params import FromPath

from tribute.access.caller import Caller
from tribute.attribution.reasons import EXPLAINED
from tribute.ledger.rules.decisions import ClickSeen, DecidedLine
from tribute.reports.money import CommissionSeen
from tribute.web.amounts import TONES, Amount, state_words
from tribute.web.parts import AnyRequest, Parts
from tribute.web.portal.commissions import PATH, owed_of
from tribute.web.portal.timeline import Moment, Timeline, timeline
from tribute.web.reader import reader


@dataclass(frozen=True, slots=True)
class ArithmeticRow:
    """A step from the order to what is owed: what it is of, by what it is multiplied, what it comes to, and what else made it so."""

    what: str
    base: Amount | None
    by: str
    amount: Amount
    note: str = ""


@dataclass(frozen=True, slots=True)
class CommissionPage:
    """One commission and why it is what it is."""

    template: ClassVar[str] = "portal/commission.html"
    name: str
    code: str
    website: str
    program: str
    kind: str
    occurred_at: datetime
    earned: Amount
    taken_back: Amount
    owed: Amount
    state: str
    tone: str | None
    why: Sequence[str]
    timeline: Timeline
    arithmetic: Sequence[ArithmeticRow]


def commission_page_routes(parts: Parts) -> list[Any]:
    """One commission, by its id."""

    @get(PATH + "/{commission_id:str}", sync_to_thread=True)
    def commission(request: AnyRequest, commission_id: FromPath[str]) -> Response[Any]:
        caller = parts.caller(request)
        return parts.render.page(_one(parts, caller, parts.ledger.money.commission(caller, commission_id)), request)

    return [commission]


def _one(parts: Parts, caller: Caller, seen: CommissionSeen) -> CommissionPage:
    record, profile = seen.record, parts.accounts.profile(caller)
    window = seen.decision.record.window_days if seen.decision is not None else None
    return CommissionPage(
        name=profile.name,
        code=profile.code or "",
        website=seen.website,
        program=seen.program,
        kind=seen.kind,
        occurred_at=record.occurred_at,
        earned=Amount(record.amount_minor, record.currency),
        taken_back=Amount(record.reversed_minor, record.currency),
        owed=owed_of(seen),
        state=state_words(record),
        tone=TONES.get(record.status),
        why=seen.telling.sentences(reader()) if seen.telling is not None else [],
        timeline=timeline(_moments(seen, parts.clock.now()), record.occurred_at, window),
        arithmetic=_arithmetic(seen),
    )


def _moments(seen: CommissionSeen, now: datetime) -> list[Moment]:
    """The affiliate's own clicks that were considered, the order, what was taken back, and the end of the hold period, by time."""
    record, currency = seen.record, seen.record.currency
    decision = seen.decision.record if seen.decision is not None else None
    own = [one for one in decision.considered if one.affiliate_id == record.affiliate_id and one.click is not None] if decision else []
    told = [_click(one.click, one.verdict == "won") for one in own if one.click is not None]
    told.append(Moment(record.occurred_at, "Sale" if seen.kind == "sale" else "Lead", Amount(record.amount_minor, currency), "good"))
    for reversal in seen.reversals:
        cause = "Refund" if reversal.refund_id is not None else "Dispute lost"
        told.append(Moment(reversal.occurred_at, cause, Amount(-reversal.amount_minor, currency), "bad"))
    if record.status in {"pending", "approved", "paid"}:
        told.append(Moment(record.payable_at, "Hold period ends", is_to_come=record.payable_at > now))
    return sorted(told, key=lambda moment: moment.at)


def _click(click: ClickSeen, decides: bool) -> Moment:
    where = f" to {click.landing_page}" if click.landing_page else ""
    return Moment(click.time, f"Click{where}{', which decides' if decides else ''}", tone="accent" if decides else None)


def _arithmetic(seen: CommissionSeen) -> list[ArithmeticRow]:
    """Every line of the order that the commission is of, what was taken back since, and what is left."""
    record, currency = seen.record, seen.record.currency
    decision = seen.decision.record if seen.decision is not None else None
    lines = decision.lines if decision is not None and decision.affiliate_id == record.affiliate_id else ()
    rows = [_line(line, currency, several=len(lines) > 1) for line in lines]
    if len(rows) > 1:
        rows.append(ArithmeticRow("Earned", None, "", Amount(record.amount_minor, currency)))
    for reversal in seen.reversals:
        cause = "Taken back for a refund" if reversal.refund_id is not None else "Taken back for a lost dispute"
        rows.append(ArithmeticRow(cause, None, "", Amount(-reversal.amount_minor, currency)))
    if seen.reversals or record.status == "rejected":
        rows.append(ArithmeticRow("Owed", None, "", owed_of(seen)))
    return rows


def _line(line: DecidedLine, currency: str, *, several: bool) -> ArithmeticRow:
    what = line.product or (f"Line {line.line_id}" if several else "The order, without tax and shipping")
    by = f"× {line.percent} %" if line.percent is not None else "flat amount" if line.flat_minor is not None else ""
    notes = [EXPLAINED[line.reason]] if line.reason is not None else []
    if line.capped_from is not None:
        notes.append(f"{Amount(line.capped_from, currency).words} before the rule's cap.")
    return ArithmeticRow(what, Amount(line.amount_minor, currency), by, Amount(line.commission_minor, currency), " ".join(notes))
