"""`tribute conversion …` and `tribute adjustment …`: orders with what became of them, and what is given or taken beside commissions."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tribute.cli.options import HomeOption, JsonOption
from tribute.cli.output import Output
from tribute.cli.program_members import AffiliateOption

if TYPE_CHECKING:
    from tribute.reports.money import ConversionSeen

conversions = typer.Typer(no_args_is_help=True, help="Orders, with who is credited and why.")
adjustments = typer.Typer(no_args_is_help=True, help="Bonuses and corrections.")


class Kind(StrEnum):
    """What an adjustment is."""

    bonus = "bonus"
    correction = "correction"


@conversions.command("list")
def list_(
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="How many, the latest first.")] = 50,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show the latest orders."""
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.kit.money import spelled
    from tribute.reports.money import Money

    with open_ledger(home) as ledger:
        seen = Money(ledger.database, ledger.clock).conversions(COMMAND_LINE, limit=limit).items
    data = [_told(one) for one in seen]
    rows = [
        (
            told["occurred_at"],
            told["external_id"],
            spelled(told["amount_minor"], told["currency"]),
            told["status"],
            told["affiliate"] or "",
            spelled(told["commission_minor"], told["currency"]) if told["affiliate"] else "",
            told["id"],
        )
        for told in data
    ]
    Output(as_json=json).table(
        data,
        ("When", "Order", "Amount", "Status", "Affiliate", "Earned", "Id"),
        rows,
        empty="No orders yet; shops send them to /api/v1/conversions.",
    )


@conversions.command()
def show(
    conversion_id: Annotated[str, typer.Argument(metavar="ID", help="The conversion's id, as `tribute conversion list` shows it.")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show an order with who is credited, and why."""
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.kit.money import spelled
    from tribute.reports.money import Money

    with open_ledger(home) as ledger:
        seen = Money(ledger.database, ledger.clock).conversion(COMMAND_LINE, conversion_id)
    data = _told(seen) | {"why": list(seen.why)}
    head = f"{data['external_id']} on {data['website']}: {spelled(data['amount_minor'], data['currency'])}, {data['status']}"
    Output(as_json=json).result(data, "\n".join([head, *seen.why]))


@adjustments.command()
def add(
    affiliate: AffiliateOption,
    amount_minor: Annotated[int, typer.Option("--amount-minor", help="In minor units; below 0 takes, which only a correction may.")],
    currency: Annotated[str, typer.Option("--currency", help="ISO 4217: USD.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; the affiliate will see it.")],
    kind: Annotated[Kind, typer.Option("--kind", help="What it is.")] = Kind.bonus,
    external_id: Annotated[
        str | None, typer.Option("--external-id", help="Your own id for it: told again with the same one, it is booked once.")
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Give an affiliate a bonus, or correct what they are owed; once for each external id, without one by each call."""
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.kit.money import spelled
    from tribute.office.adjustments import AdjustmentOffice

    with open_ledger(home) as ledger:
        made, is_new = AdjustmentOffice(ledger.database, ledger.clock).add(
            COMMAND_LINE, affiliate, kind.value, amount_minor, currency, reason=reason, external_id=external_id
        )
    data = {
        "id": made.id,
        "affiliate_id": made.affiliate_id,
        "kind": made.kind,
        "amount_minor": made.amount_minor,
        "currency": made.currency,
        "reason": made.reason,
        "external_id": made.external_id,
    }
    booked = "is booked" if is_new else "was booked before, and is not again"
    Output(as_json=json).result(data, f"A {made.kind} of {spelled(made.amount_minor, made.currency)} {booked} ({made.id}).")


def _told(seen: "ConversionSeen") -> dict[str, Any]:
    from tribute.kit.clock import iso_seconds

    record, commission = seen.record, seen.commission
    return {
        "id": record.id,
        "status": record.state.status,
        "website": seen.website,
        "program": seen.program,
        "source": record.facts.source,
        "external_id": record.facts.external_id,
        "kind": record.facts.kind,
        "amount_minor": record.facts.amount_minor,
        "currency": record.facts.currency,
        "occurred_at": iso_seconds(record.facts.occurred_at),
        "affiliate": seen.credited_code,
        "commission_minor": commission.record.amount_minor if commission is not None else 0,
        "reversed_minor": commission.record.reversed_minor if commission is not None else 0,
        "commission_status": commission.record.status if commission is not None else None,
    }
