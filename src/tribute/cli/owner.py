"""`tribute owner …`: those who run the websites and see everything."""

from typing import Annotated

import typer

from tribute.cli.output import HomeOption, JsonOption, Output, ResetOption

app = typer.Typer(no_args_is_help=True, help="Owners, who run the websites and see everything.")

EmailOption = Annotated[str, typer.Option("--email", help="The owner's e-mail address.")]


@app.command()
def add(email: EmailOption, home: HomeOption = None, json: JsonOption = False) -> None:
    """Add an owner; the printed link sets the password, once, within seven days."""
    from tribute.access.links import SignInLinks
    from tribute.access.people import Kind, Owners, Person
    from tribute.cli.ledger import open_ledger

    with open_ledger(home) as ledger:
        with ledger.database.session() as session:
            owner = Owners(session, ledger.clock).add(email)
            ledger.note(session, "owner.add", "owner", owner.id)
            token = SignInLinks(session, ledger.clock).create(Person(Kind.TEAM, owner.id))
        url = ledger.sign_in_url(token)
    Output(as_json=json).result(
        {"id": owner.id, "sign_in_url": url}, f"Added the owner {owner.email}. Set a password, once, within 7 days:\n{url}"
    )


@app.command()
def sign_in_url(email: EmailOption, reset_second_factor: ResetOption = False, home: HomeOption = None, json: JsonOption = False) -> None:
    """A fresh link for an owner who lost the link or the password; earlier links stop working."""
    from tribute.access.links import SignInLinks
    from tribute.access.people import Kind, Owners, Person
    from tribute.access.resetting import reset_second_factors
    from tribute.cli.ledger import open_ledger
    from tribute.kit.errors import NotFoundError

    with open_ledger(home) as ledger:
        with ledger.database.session() as session:
            owner = Owners(session, ledger.clock).by_email(email)
            if owner is None:
                raise NotFoundError("no owner has that e-mail address; `tribute owner add` makes one")
            person = Person(Kind.TEAM, owner.id)
            if reset_second_factor:
                reset_second_factors(session, person)
                ledger.note(session, "second_factor.reset", "owner", owner.id)
            token = SignInLinks(session, ledger.clock).create(person)
        url = ledger.sign_in_url(token)
    Output(as_json=json).result({"id": owner.id, "sign_in_url": url}, f"Set a new password for {owner.email}, once, within 7 days:\n{url}")
