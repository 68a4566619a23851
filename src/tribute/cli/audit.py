"""`tribute audit …`: who did what, as the ledger has it written down."""

from typing import Annotated

import typer

from tribute.cli.options import HomeOption, JsonOption
from tribute.cli.output import Output, aside

app = typer.Typer(no_args_is_help=True, help="The audit log: sign-ins, and what people changed.")


@app.command("list")
def list_(
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="KIND:ID", help="Only what was done to this, such as affiliate:aff_….")
    ] = None,
    cursor: Annotated[str | None, typer.Option("--after", help="Go on below this place, as the page before told it.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="How many at most.")] = 50,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show sign-ins and changes, the latest first."""
    from tribute.cli.ledger import open_ledger
    from tribute.kit.clock import iso_seconds
    from tribute.ledger.audit import Audit

    kind, colon, subject_id = (subject or "").partition(":")
    if subject is not None and not (kind and colon and subject_id):
        raise typer.BadParameter("write it as KIND:ID, such as affiliate:aff_0123456789abcdefghjk", param_hint="--subject")
    with open_ledger(home) as ledger, ledger.database.reading() as session:
        page = Audit(session, ledger.clock).page(subject=(kind, subject_id) if subject else None, cursor=cursor, limit=limit)
    data = [
        {
            "id": one.id,
            "at": iso_seconds(one.at),
            "by": one.by,
            "action": one.action,
            "subject_kind": one.subject_kind,
            "subject_id": one.subject_id,
            "detail": one.detail,
        }
        for one in page.items
    ]
    rows = [[iso_seconds(one.at), one.action, f"{one.subject_kind}:{one.subject_id}", one.by] for one in page.items]
    Output(as_json=json).table(
        {"entries": data, "next": page.next}, ("At", "What", "To", "By"), rows, empty="Nothing was written down yet."
    )
    if page.next is not None and not json:
        aside(f"There is more: tribute audit list --after {page.next}")
