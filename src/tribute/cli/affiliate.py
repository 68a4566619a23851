"""`tribute affiliate …`: those who share links."""

from typing import Annotated

import typer

from tribute.cli.options import HomeOption, JsonOption, ResetOption
from tribute.cli.output import Output

app = typer.Typer(no_args_is_help=True, help="Affiliates, who share links.")


@app.command()
def add(
    name: Annotated[str, typer.Option("--name", help="The affiliate's name.")],
    email: Annotated[str, typer.Option("--email", help="The affiliate's e-mail address.")],
    code: Annotated[str, typer.Option("--code", help="The public code in the affiliate's links: 2 to 64 of a-z, 0-9, _ and -.")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Add an affiliate; the printed link signs in, once, within seven days."""
    from tribute.access.links import SignInLinks
    from tribute.access.people import Kind, Person
    from tribute.cli.ledger import open_ledger
    from tribute.ledger.affiliates import Affiliates

    with open_ledger(home) as ledger:
        with ledger.database.session() as session:
            added = Affiliates(session, ledger.clock).add(name, email, code)
            ledger.note(session, "affiliate.add", "affiliate", added.id, code=added.code)
            token = SignInLinks(session, ledger.clock).create(Person(Kind.AFFILIATE, added.id))
        url = ledger.sign_in_url(token)
    data = {"id": added.id, "name": added.name, "email": added.email, "code": added.code, "sign_in_url": url}
    Output(as_json=json).result(data, f"Added {added.name} with the code {added.code}. Signs in once, within 7 days:\n{url}")


@app.command("list")
def list_(home: HomeOption = None, json: JsonOption = False) -> None:
    """Show all affiliates."""
    from tribute.cli.ledger import open_ledger
    from tribute.kit.clock import iso_seconds
    from tribute.ledger.affiliates import Affiliates

    with open_ledger(home) as ledger, ledger.database.reading() as session:
        affiliates = Affiliates(session, ledger.clock).all()
    data = [
        {
            "id": one.id,
            "name": one.name,
            "email": one.email,
            "code": one.code,
            "active": one.active,
            "created_at": iso_seconds(one.created_at),
        }
        for one in affiliates
    ]
    rows = [(one.code, one.name, one.email, one.id, "" if one.active else "inactive") for one in affiliates]
    Output(as_json=json).table(
        data, ("Code", "Name", "E-mail", "Id", ""), rows, empty="No affiliates yet; `tribute affiliate add` adds one."
    )


@app.command()
def sign_in_url(
    code: Annotated[str, typer.Option("--code", help="The affiliate's code or id.")],
    reset_second_factor: ResetOption = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """A fresh link that signs an affiliate in, once, within seven days."""
    from tribute.access.links import SignInLinks
    from tribute.access.people import Kind, Person
    from tribute.access.resetting import reset_second_factors
    from tribute.cli.ledger import open_ledger, the_affiliate
    from tribute.ledger.affiliates import Affiliates

    with open_ledger(home) as ledger:
        with ledger.database.session() as session:
            affiliate = the_affiliate(Affiliates(session, ledger.clock), code)
            person = Person(Kind.AFFILIATE, affiliate.id)
            if reset_second_factor:
                reset_second_factors(session, person)
                ledger.note(session, "second_factor.reset", "affiliate", affiliate.id)
            token = SignInLinks(session, ledger.clock).create(person)
        url = ledger.sign_in_url(token)
    Output(as_json=json).result({"id": affiliate.id, "sign_in_url": url}, f"Signs {affiliate.name} in once, within 7 days:\n{url}")


@app.command()
def add_code(
    affiliate: Annotated[str, typer.Option("--affiliate", help="The affiliate's code or id.")],
    code: Annotated[str, typer.Option("--code", help="The further code.")],
    primary: Annotated[bool, typer.Option("--primary", help="Let their links carry it from now on; earlier links go on working.")] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Give an affiliate a further code, or make one of theirs the primary one; what was decided before stays."""
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.office.affiliates import AffiliateOffice
    from tribute.reports.promoters import PromoterReports

    with open_ledger(home) as ledger:
        changed = AffiliateOffice(ledger.database, ledger.clock).add_code(COMMAND_LINE, affiliate, code, primary=primary)
        codes = list(PromoterReports(ledger.database, ledger.clock).affiliate(COMMAND_LINE, changed.id).codes)
    data = {"id": changed.id, "name": changed.name, "code": changed.code, "codes": codes}
    Output(as_json=json).result(data, f"{changed.name} has the codes {', '.join(codes)}; links carry {changed.code}.")


@app.command()
def set_email(
    affiliate: Annotated[str, typer.Option("--affiliate", help="The affiliate's code or id.")],
    email: Annotated[str, typer.Option("--email", help="The new address, which they sign in with from now on.")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Give an affiliate another e-mail address, for when they cannot confirm one by mail themselves."""
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.office.affiliates import AffiliateOffice

    with open_ledger(home) as ledger:
        changed = AffiliateOffice(ledger.database, ledger.clock).set_email(COMMAND_LINE, affiliate, email)
    data = {"id": changed.id, "name": changed.name, "email": changed.email}
    Output(as_json=json).result(data, f"{changed.name} signs in as {changed.email} from now on.")


@app.command()
def balance(
    affiliate: Annotated[str, typer.Option("--affiliate", help="The affiliate's code or id.")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """What an affiliate is owed, by currency and by how certain it is."""
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.kit.money import spelled
    from tribute.reports.money import Money
    from tribute.reports.promoters import PromoterReports

    with open_ledger(home) as ledger:
        who = PromoterReports(ledger.database, ledger.clock).affiliate(COMMAND_LINE, affiliate).record
        balances = Money(ledger.database, ledger.clock).balances(COMMAND_LINE, who.id)
    data = [
        {
            "currency": one.currency,
            "pending_minor": one.pending_minor,
            "approved_minor": one.approved_minor,
            "held_minor": one.held_minor,
            "adjustments_minor": one.adjustments_minor,
        }
        for one in balances
    ]
    rows = [
        [spelled(amount, one.currency) for amount in (one.pending_minor, one.approved_minor, one.held_minor, one.adjustments_minor)]
        for one in balances
    ]
    columns = ("Pending", "Approved", "Held", "Bonuses and corrections")
    Output(as_json=json).table(data, columns, rows, empty=f"Nothing was ever booked for {who.name}.")
