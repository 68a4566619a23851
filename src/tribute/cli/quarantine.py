"""`tribute quarantine …`: what could not be read, and why; and trying it again."""

from typing import Annotated

import typer

from tribute.cli.operating import perform
from tribute.cli.options import HomeOption, JsonOption
from tribute.cli.output import Output

app = typer.Typer(no_args_is_help=True, help="What could not be read, kept until someone looks.")


@app.command("list")
def list_(home: HomeOption = None, json: JsonOption = False) -> None:
    """Show everything in quarantine with its reason."""
    result = perform(home, "quarantine_list")
    rows = [(item["id"], item["quarantined_at"], f"{item['size']:,} B", item["source"], item["reason"]) for item in result["items"]]
    Output(as_json=json).table(result, ("Id", "Since", "Size", "From", "Reason"), rows, empty="The quarantine is empty.")


@app.command()
def show(item: Annotated[str, typer.Argument(metavar="ID")], home: HomeOption = None, json: JsonOption = False) -> None:
    """Show one item with its content."""
    result = perform(home, "quarantine_show", {"id": item})
    text = f"{result['reason']}\nfrom {result['source']} at byte {result['offset']}, {result['size']:,} bytes:\n{result['content']}"
    Output(as_json=json).result(result, text)


@app.command()
def replay(
    item: Annotated[str | None, typer.Argument(metavar="[ID]", help="All items, when it is left out.")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Try again, for instance after `tribute website map`; what can be read now is counted and leaves the quarantine."""
    result = perform(home, "quarantine_replay", {"id": item})
    Output(as_json=json).result(result, f"{result['replayed']:,} replayed, {result['kept']:,} kept.")
