"""`tribute creative …`: texts and banners that a program gives its affiliates."""

from pathlib import Path
from typing import Annotated

import typer

from tribute.cli.options import HomeOption, JsonOption
from tribute.cli.output import Output
from tribute.cli.program_members import ProgramOption

app = typer.Typer(no_args_is_help=True, help="Texts and banners for affiliates, who find them with their own link in.")


@app.command()
def add(
    program: ProgramOption,
    text: Annotated[str, typer.Option("--text", help="The text; of a banner, what it shows.")],
    image: Annotated[Path | None, typer.Option("--image", exists=True, dir_okay=False, help="A PNG, JPEG or WebP of up to 500 KB.")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Add a text, or with an image a banner."""
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.office.creatives import CreativeOffice

    with open_ledger(home) as ledger:
        data = image.read_bytes() if image is not None else None
        made = CreativeOffice(ledger.database, ledger.clock).add(COMMAND_LINE, program, text, data)
    told = {"id": made.id, "text": made.text, "media_type": made.media_type, "width": made.width, "height": made.height}
    Output(as_json=json).result(told, f"The {'banner' if image is not None else 'text'} {made.id} is on the affiliates' links page.")


@app.command("list")
def list_(program: ProgramOption, home: HomeOption = None, json: JsonOption = False) -> None:
    """Show a program's texts and banners."""
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.reports.creatives import CreativeReports

    with open_ledger(home) as ledger:
        offered = CreativeReports(ledger.database, ledger.clock).of_program(COMMAND_LINE, program).creatives
    told = [{"id": one.id, "text": one.text, "media_type": one.media_type, "width": one.width, "height": one.height} for one in offered]
    rows = [(one.id, f"{one.width} × {one.height}" if one.media_type else "text", one.text) for one in offered]
    Output(as_json=json).table(told, ("Id", "Kind", "Text"), rows, empty="None yet; `tribute creative add` adds one.")


@app.command()
def remove(
    creative: Annotated[str, typer.Argument(help="Its id.")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Offer a text or banner no more; where affiliates put its image, it goes on being shown."""
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.office.creatives import CreativeOffice

    with open_ledger(home) as ledger:
        removed = CreativeOffice(ledger.database, ledger.clock).remove(COMMAND_LINE, creative)
    Output(as_json=json).result({"id": removed.id}, f"{removed.id} is offered no more.")
