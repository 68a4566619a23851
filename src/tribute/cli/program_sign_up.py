"""`tribute program sign-up`: a program's public page on which people join or apply. Registered by `program`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tribute.cli.options import HomeOption, JsonOption
from tribute.cli.output import Output
from tribute.cli.program_members import ProgramOption

if TYPE_CHECKING:
    from tribute.reports.joining import Offer


def sign_up(
    program: ProgramOption,
    publish: Annotated[
        bool | None, typer.Option("--publish/--unpublish", help="Whether everybody who has the address sees the page.")
    ] = None,
    slug: Annotated[str | None, typer.Option("--slug", help="The page's name in its address, /join/NAME.")] = None,
    welcome: Annotated[str | None, typer.Option("--welcome", help="Your own words above what the program pays.")] = None,
    terms_text: Annotated[
        Path | None, typer.Option("--terms-text", metavar="FILE", help="The text that people accept; another version of the terms.")
    ] = None,
    questions: Annotated[
        Path | None, typer.Option("--questions", metavar="FILE", help="A file of JSON with up to ten questions, in place of those there.")
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show a program's sign-up page, or change what is given; nobody sees it before it is published."""
    from tribute.cli.files import read_json, read_text
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.home import public_url
    from tribute.ledger.rules.sign_up import Question
    from tribute.office.sign_ups import SignUpChange, SignUpOffice
    from tribute.reports.joining import JoiningReports

    wanted = SignUpChange(
        is_published=publish,
        slug=slug,
        welcome=welcome,
        terms_text=read_text(terms_text, "--terms-text") if terms_text is not None else None,
        questions=read_json(questions, list[Question], "--questions") if questions is not None else None,
    )
    with open_ledger(home) as ledger:
        if wanted != SignUpChange():
            SignUpOffice(ledger.database, ledger.clock).change(COMMAND_LINE, program, wanted)
        offer = JoiningReports(ledger.database, ledger.clock).draft(COMMAND_LINE, program)
        address = f"{public_url(ledger.settings)}/join/{offer.slug}"
    seen = "Everybody can see it" if offer.is_published else "Nobody sees it yet; --publish shows it"
    lines = [address, f"{seen}. {'You decide who is let in.' if offer.terms.by_approval else 'Whoever joins is in at once.'}"]
    lines += [f"  {one.text}{' (needed)' if one.required else ''}" for one in offer.questions]
    Output(as_json=json).result(_told(offer, address), "\n".join(lines))


def _told(offer: "Offer", address: str) -> dict[str, Any]:
    import msgspec

    return {
        "program_id": offer.program.id,
        "slug": offer.slug,
        "url": address,
        "published": offer.is_published,
        "welcome": offer.welcome,
        "terms_id": offer.terms_id,
        "terms_text": offer.terms.text,
        "questions": msgspec.to_builtins(offer.questions),
    }
