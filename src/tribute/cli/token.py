"""`tribute token …`: programs' keys to the APIs."""

from typing import Annotated

import typer

from tribute.cli.options import HomeOption, JsonOption
from tribute.cli.output import Output

app = typer.Typer(no_args_is_help=True, help="Tokens, with which programs use the APIs.")


@app.command()
def add(
    affiliate: Annotated[str | None, typer.Option("--affiliate", metavar="CODE", help="Speak for this affiliate (code or id).")] = None,
    owner: Annotated[bool, typer.Option("--owner", help="Speak for the owner.")] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Make a token; it is shown this once only."""
    if (affiliate is not None) == owner:
        raise typer.BadParameter("give one of --affiliate and --owner")
    from tribute.access.tokens import Tokens
    from tribute.cli.ledger import open_ledger, the_affiliate
    from tribute.ledger.affiliates import Affiliates

    with open_ledger(home) as ledger, ledger.database.session() as session:
        found = the_affiliate(Affiliates(session, ledger.clock), affiliate) if affiliate is not None else None
        record, secret = Tokens(session, ledger.clock).add(found.id if found is not None else None)
        ledger.note(session, "token.add", "token", record.id, affiliate_id=record.affiliate_id)
    whose = f"the affiliate {found.code}" if found is not None else "the owner"
    Output(as_json=json).result({"token": secret}, f"A token for {whose} ({record.id}); keep it now, it is not shown again:\n{secret}")


@app.command("list")
def list_(home: HomeOption = None, json: JsonOption = False) -> None:
    """Show all tokens, without their secrets."""
    from tribute.access.tokens import Tokens
    from tribute.cli.ledger import open_ledger
    from tribute.kit.clock import iso_seconds
    from tribute.ledger.affiliates import Affiliates

    with open_ledger(home) as ledger, ledger.database.reading() as session:
        tokens = Tokens(session, ledger.clock).all()
        codes = Affiliates(session, ledger.clock).primary_codes()
    data = [
        {
            "id": token.id,
            "role": "owner" if token.affiliate_id is None else "affiliate",
            "affiliate": codes[token.affiliate_id] if token.affiliate_id is not None else None,
            "created_at": iso_seconds(token.created_at),
            "last_used_at": iso_seconds(token.last_used_at) if token.last_used_at is not None else None,
            "revoked_at": iso_seconds(token.revoked_at) if token.revoked_at is not None else None,
        }
        for token in tokens
    ]
    rows = [
        [told["id"] or "", told["affiliate"] or "owner", *(told[at] or "" for at in ("created_at", "last_used_at", "revoked_at"))]
        for told in data
    ]
    Output(as_json=json).table(
        data, ("Id", "For", "Made", "Last used", "Revoked"), rows, empty="No tokens yet; `tribute token add` makes one."
    )


@app.command()
def revoke(
    token_id: Annotated[str, typer.Argument(metavar="ID", help="The token's id, as `tribute token list` shows it.")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Turn a token away from now on."""
    from tribute.access.tokens import Tokens
    from tribute.cli.ledger import open_ledger
    from tribute.kit.clock import iso_seconds

    with open_ledger(home) as ledger, ledger.database.session() as session:
        revoked = Tokens(session, ledger.clock).revoke(token_id)
        ledger.note(session, "token.revoke", "token", revoked.id)
    assert revoked.revoked_at is not None  # noqa: S101 -- what revoke just did
    Output(as_json=json).result({"id": revoked.id, "revoked_at": iso_seconds(revoked.revoked_at)}, f"{revoked.id} is revoked.")
