"""The `tribute` command: every group and command is registered here, one line each, and every error for people ends here.

Exit codes: 0 done, 1 failed with one sentence on stderr, 2 wrong usage. Commands load what they need when they run, so that help is quick.
"""

import os
import sys
from pathlib import Path
from traceback import extract_tb
from typing import Annotated

import typer

from tribute.cli import (
    affiliate,
    audit,
    aws_key,
    comparing,
    coupon,
    creative,
    demo,
    events,
    link,
    mail,
    money,
    owner,
    program,
    quarantine,
    token,
    website,
)
from tribute.cli.output import fail
from tribute.cli.serve import serve
from tribute.kit.errors import TributeError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Self-hosted affiliate tracking and analytics.",
)
app.command()(serve)
app.add_typer(owner.app, name="owner")
app.add_typer(website.app, name="website")
app.add_typer(affiliate.app, name="affiliate")
app.add_typer(link.app, name="link")
app.add_typer(program.app, name="program")
app.add_typer(coupon.app, name="coupon")
app.add_typer(creative.app, name="creative")
app.add_typer(money.conversions, name="conversion")
app.add_typer(money.adjustments, name="adjustment")
app.add_typer(token.app, name="token")
app.add_typer(aws_key.app, name="aws-key")
app.add_typer(audit.app, name="audit")
app.add_typer(mail.app, name="mail")
app.command()(events.sql)
app.command()(comparing.compare)
app.command()(events.load)
app.command()(events.rebuild)
app.command("import")(events.import_)
app.add_typer(quarantine.app, name="quarantine")
app.command()(events.doctor)
app.command()(demo.simulate)
app.command("demo")(demo.show)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"tribute {version('tribute')}")
        raise typer.Exit


@app.callback()
def tribute(
    _version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    """Self-hosted affiliate tracking and analytics."""


def main() -> None:
    """The entry point of the installed command."""
    os.umask(0o077)  # what is kept in a home is its owner's alone, whatever made the folder
    try:
        app()
    except TributeError as error:
        fail(str(error))
        sys.exit(1)
    except OSError as error:  # what no room foresaw: a full disk behind `>`, a folder that may not be read
        where = f" ({error.filename})" if error.filename else ""
        fail(f"the system refuses: {error.strerror or error}{where}; look at free space, permissions and where the output goes")
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 -- the edge: a person gets a sentence, not a traceback, whose values may be a visitor's
        place = extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} in {place.name}, line {place.lineno} of {Path(place.filename).name}"
        fail(f"this failed in a way that nobody foresaw ({where}); `tribute doctor` and the server's log may tell more")
        sys.exit(1)
