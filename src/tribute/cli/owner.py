"""`tribute owner …`: those who run the websites, and the team that they share the work with."""

from enum import StrEnum
from typing import Annotated

import typer

from tribute.cli.options import HomeOption, JsonOption, ResetOption
from tribute.cli.output import Output

app = typer.Typer(no_args_is_help=True, help="Owners, who run the websites and see everything, and their team.")

EmailOption = Annotated[str, typer.Option("--email", help="The owner's e-mail address.")]


class TeamRole(StrEnum):
    """What a member of the team may do."""

    OWNER = "owner"
    MANAGER = "manager"
    VIEWER = "viewer"


@app.command()
def add(
    email: EmailOption,
    role: Annotated[
        TeamRole, typer.Option("--role", help="A manager changes everything but the team; a viewer changes nothing.")
    ] = TeamRole.OWNER,
    name: Annotated[str, typer.Option("--name", help="What they are called; without it, their address.")] = "",
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Add an owner, or another member of the team; the printed link sets the password, once, within seven days."""
    from tribute.access.caller import Role
    from tribute.access.links import SignInLinks
    from tribute.access.people import Kind, Owners, Person
    from tribute.cli.ledger import open_ledger

    with open_ledger(home) as ledger:
        with ledger.database.session() as session:
            owner = Owners(session, ledger.clock).add(email, Role(role.value), name)
            ledger.note(session, "owner.add", "owner", owner.id, role=owner.role.value)
            token = SignInLinks(session, ledger.clock).create(Person(Kind.TEAM, owner.id))
        url = ledger.sign_in_url(token)
    Output(as_json=json).result(
        {"id": owner.id, "sign_in_url": url}, f"Added the {owner.role.value} {owner.email}. Set a password, once, within 7 days:\n{url}"
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


@app.command("list")
def list_(home: HomeOption = None, json: JsonOption = False) -> None:
    """Show the team: owners, managers and viewers."""
    from tribute.access.people import Kind, Owners
    from tribute.access.sessions import Sessions
    from tribute.cli.ledger import open_ledger
    from tribute.kit.clock import iso_seconds

    with open_ledger(home) as ledger, ledger.database.reading() as session:
        members, seen = Owners(session, ledger.clock).all(), Sessions(session, ledger.clock).last_seen(Kind.TEAM)
    data = [
        {
            "id": one.id,
            "email": one.email,
            "name": one.name or None,
            "role": one.role.value,
            "created_at": iso_seconds(one.created_at),
            "last_seen_at": iso_seconds(seen[one.id]) if one.id in seen else None,
        }
        for one in members
    ]
    rows = [[told["email"] or "", told["name"] or "", told["role"] or "", told["last_seen_at"] or "", told["id"] or ""] for told in data]
    Output(as_json=json).table(
        data, ("E-mail", "Name", "Role", "Last seen", "Id"), rows, empty="No owner yet; `tribute owner add` adds the first."
    )
