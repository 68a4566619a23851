"""Every group and command is registered here, one line each, for Typer to read, explain and call. Run by `main`.

Commands load what they need when they run, so that help is quick.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Final

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
from tribute.cli.serve import serve

GROUPS: Final[Mapping[str, typer.Typer]] = {
    "owner": owner.app,
    "website": website.app,
    "affiliate": affiliate.app,
    "link": link.app,
    "program": program.app,
    "coupon": coupon.app,
    "creative": creative.app,
    "conversion": money.conversions,
    "adjustment": money.adjustments,
    "token": token.app,
    "aws-key": aws_key.app,
    "audit": audit.app,
    "mail": mail.app,
    "quarantine": quarantine.app,
}
COMMANDS: Final[Mapping[str, Callable[..., None]]] = {
    "serve": serve,
    "sql": events.sql,
    "compare": comparing.compare,
    "load": events.load,
    "rebuild": events.rebuild,
    "import": events.import_,
    "doctor": events.doctor,
    "simulate": demo.simulate,
    "demo": demo.show,
}

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Self-hosted affiliate tracking and analytics.",
)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)
for name, command in COMMANDS.items():
    app.command(name)(command)


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
