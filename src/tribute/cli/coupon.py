"""`tribute coupon …`: discount codes whose use credits an affiliate."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tribute.cli.options import HomeOption, JsonOption
from tribute.cli.output import Output
from tribute.cli.program_members import AffiliateOption, ProgramOption

if TYPE_CHECKING:
    from tribute.ledger.coupons import CouponRecord

app = typer.Typer(no_args_is_help=True, help="Coupons, whose use credits an affiliate.")

CodeOption = Annotated[str, typer.Option("--code", help="The coupon as customers type it, in upper or lower case.")]


@app.command()
def add(program: ProgramOption, affiliate: AffiliateOption, code: CodeOption, home: HomeOption = None, json: JsonOption = False) -> None:
    """Give an affiliate a coupon; it counts for orders received from now on."""
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.office.affiliates import AffiliateOffice
    from tribute.reports.promoters import PromoterReports

    with open_ledger(home) as ledger:
        made = AffiliateOffice(ledger.database, ledger.clock).add_coupon(COMMAND_LINE, program, code, affiliate)
        who = PromoterReports(ledger.database, ledger.clock).affiliate(COMMAND_LINE, made.affiliate_id)
    Output(as_json=json).result(_told(made, who.record.code), f"The coupon {made.code} credits {who.record.name}.")


@app.command("list")
def list_(program: ProgramOption, home: HomeOption = None, json: JsonOption = False) -> None:
    """Show a program's coupons."""
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.reports.programs import ProgramReports

    with open_ledger(home) as ledger:
        coupons = ProgramReports(ledger.database, ledger.clock).coupons(COMMAND_LINE, program)
    rows = [(one.record.code, one.code, "disabled" if one.record.disabled_at is not None else "") for one in coupons]
    Output(as_json=json).table(
        [_told(one.record, one.code) for one in coupons],
        ("Coupon", "Affiliate", ""),
        rows,
        empty="No coupons yet; `tribute coupon add` adds one.",
    )


@app.command()
def disable(program: ProgramOption, code: CodeOption, home: HomeOption = None, json: JsonOption = False) -> None:
    """Let a coupon credit no orders that are placed from now on."""
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.office.affiliates import AffiliateOffice
    from tribute.reports.promoters import PromoterReports

    with open_ledger(home) as ledger:
        disabled = AffiliateOffice(ledger.database, ledger.clock).disable_coupon(COMMAND_LINE, program, code)
        who = PromoterReports(ledger.database, ledger.clock).affiliate(COMMAND_LINE, disabled.affiliate_id)
    Output(as_json=json).result(_told(disabled, who.record.code), f"The coupon {disabled.code} credits nobody from now on.")


def _told(record: "CouponRecord", affiliate: str) -> dict[str, Any]:
    from tribute.kit.clock import iso_seconds

    return {
        "program_id": record.program_id,
        "code": record.code,
        "affiliate": affiliate,
        "affiliate_id": record.affiliate_id,
        "created_at": iso_seconds(record.created_at),
        "disabled_at": iso_seconds(record.disabled_at) if record.disabled_at is not None else None,
    }
