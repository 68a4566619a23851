"""Every group and command is registered here, one line each, for Typer to read, explain and call. Run by `main`.

Commands load what they need when they run, so that help is quick.
"""

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
from tribute.cli.serve import serve

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
