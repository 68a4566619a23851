"""`tribute program …`: what affiliates are paid, from when on, and who may earn."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tribute.cli.options import HomeOption, JsonOption
from tribute.cli.output import Output
from tribute.cli.program_members import COMMANDS, ProgramOption, every_enrollment
from tribute.cli.program_sign_up import sign_up

if TYPE_CHECKING:
    from tribute.ledger.rules.terms import Terms
    from tribute.reports.programs import ProgramSeen, TermsSeen

app = typer.Typer(no_args_is_help=True, help="Programs, which say what affiliates are paid.")
for command in (*COMMANDS, sign_up):
    app.command()(command)


class Attribution(StrEnum):
    """Whose click counts."""

    last_click = "last-click"
    first_click = "first-click"


PercentOption = Annotated[str | None, typer.Option("--percent", help="What every sale pays, in percent: 50 or 12.5.")]
FlatOption = Annotated[
    int | None, typer.Option("--flat-minor", help="What every sale pays, once an order, in minor units: 5000 is 50.00 USD.")
]
CurrencyOption = Annotated[str | None, typer.Option("--currency", help="The program's currency, ISO 4217: USD.")]
WindowOption = Annotated[int, typer.Option("--window-days", help="How many days after a click an order is still the affiliate's.")]
AttributionOption = Annotated[Attribution, typer.Option("--attribution", help="Which of several clicks an order is credited to.")]
HoldOption = Annotated[int, typer.Option("--hold-days", help="How many days after the order its commission is approved.")]
ApprovalOption = Annotated[bool, typer.Option("--by-approval", help="Only approved affiliates earn; otherwise everybody does.")]
TermsOption = Annotated[
    Path | None, typer.Option("--terms", metavar="FILE", help="A file of JSON with whole terms, in place of the options for simple ones.")
]


@app.command()
def add(
    name: Annotated[str, typer.Option("--name", help="A unique name.")],
    website: Annotated[list[str] | None, typer.Option("--website", help="A website by domain, name or id; repeatable.")] = None,
    percent: PercentOption = None,
    flat_minor: FlatOption = None,
    currency: CurrencyOption = None,
    window_days: WindowOption = 90,
    attribution: AttributionOption = Attribution.last_click,
    hold_days: HoldOption = 30,
    by_approval: ApprovalOption = False,
    terms: TermsOption = None,
    group: Annotated[list[str] | None, typer.Option("--group", help="A group that terms may name; repeatable.")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Add a program with its websites and terms; affiliates need not do anything to be in it, unless it is by approval."""
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.office.programs import ProgramOffice
    from tribute.reports.programs import ProgramReports

    wanted = _terms(terms, percent, flat_minor, currency, window_days, attribution, hold_days, by_approval)
    with open_ledger(home) as ledger:
        office = ProgramOffice(ledger.database, ledger.clock)
        made = office.add(COMMAND_LINE, name, wanted, websites=website or (), groups=group or ())
        seen = ProgramReports(ledger.database, ledger.clock).program(COMMAND_LINE, made.id)
    Output(as_json=json).result(_told(seen), f"Added {made.name}.\n{_sentences(seen.current)}")


@app.command("list")
def list_(home: HomeOption = None, json: JsonOption = False) -> None:
    """Show all programs."""
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.reports.programs import ProgramReports

    with open_ledger(home) as ledger:
        programs = ProgramReports(ledger.database, ledger.clock).programs(COMMAND_LINE)
    rows = [
        (
            seen.record.name,
            ", ".join(site.domain for site in seen.websites),
            " ".join(seen.current.sentences),
            seen.record.id,
            "archived" if seen.record.archived_at is not None else "",
        )
        for seen in programs
    ]
    Output(as_json=json).table(
        [_told(seen) for seen in programs],
        ("Name", "Websites", "Pays", "Id", ""),
        rows,
        empty="No programs yet; `tribute program add` adds one.",
    )


@app.command()
def show(
    program: Annotated[str, typer.Argument(metavar="PROGRAM", help="The program's name or id.")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show a program with every rule, those to come as well, and who is enrolled."""
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.reports.programs import ProgramReports

    with open_ledger(home) as ledger:
        reports = ProgramReports(ledger.database, ledger.clock)
        seen = reports.program(COMMAND_LINE, program)
        enrolled = every_enrollment(reports, seen.record.id)
    lines = [seen.record.name, *(f"  {site.domain}" for site in seen.websites), _sentences(seen.current)]
    for version in seen.coming:
        lines += [f"From {_time(version)} on:", _sentences(version)]
    lines += [f"{one['affiliate']}: {one['state']}{' in ' + one['group'] if one['group'] else ''}" for one in enrolled]
    Output(as_json=json).result(_told(seen) | {"enrollments": enrolled}, "\n".join(lines))


@app.command()
def set_terms(
    program: ProgramOption,
    percent: PercentOption = None,
    flat_minor: FlatOption = None,
    currency: CurrencyOption = None,
    window_days: WindowOption = 90,
    attribution: AttributionOption = Attribution.last_click,
    hold_days: HoldOption = 30,
    by_approval: ApprovalOption = False,
    terms: TermsOption = None,
    effective_from: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="From when on, as 2027-01-01T00:00:00Z; default now.")
    ] = None,
    note: Annotated[str, typer.Option("--note", help="Why, for whoever looks at the history.")] = "",
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Let other terms hold, whole, from now or from a time on; orders placed before keep the terms of their time."""
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.office.programs import ProgramOffice
    from tribute.reports.programs import ProgramReports

    wanted = _terms(terms, percent, flat_minor, currency, window_days, attribution, hold_days, by_approval)
    with open_ledger(home) as ledger:
        office = ProgramOffice(ledger.database, ledger.clock)
        version = office.set_terms(COMMAND_LINE, program, wanted, effective_from=_at("--from", effective_from), note=note)
        history = ProgramReports(ledger.database, ledger.clock).history(COMMAND_LINE, version.program_id)
    seen = next(one for one in history if one.version.id == version.id)
    Output(as_json=json).result({"id": version.program_id} | _told_terms(seen), f"From {_time(seen)} on:\n{_sentences(seen)}")


@app.command("try")
def try_(
    amount_minor: Annotated[int, typer.Option("--amount-minor", help="What the sample's customer pays in all, in minor units.")],
    program: Annotated[str | None, typer.Option("--program", help="Try this program's terms, by name or id.")] = None,
    terms: TermsOption = None,
    order: Annotated[
        Path | None, typer.Option("--order", metavar="FILE", help="A file of JSON with more of the sample: items, coupon, affiliate, …")
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Try terms on a sample order, and print every rule in a sentence; nothing is saved."""
    if program is None and terms is None:
        raise typer.BadParameter("give --program, --terms, or both: the file's terms for that program")
    import msgspec

    from tribute.cli.files import read_json
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.ledger.rules.terms import Terms
    from tribute.office.trying import SampleOrder, TryingOffice

    sample = read_json(order, SampleOrder, "--order") if order is not None else SampleOrder()
    sample = msgspec.structs.replace(sample, amount_minor=amount_minor)
    wanted = read_json(terms, Terms, "--terms") if terms is not None else None
    with open_ledger(home) as ledger:
        trial = TryingOffice(ledger.database, ledger.clock).try_terms(COMMAND_LINE, sample, wanted, program=program)
    Output(as_json=json).result(msgspec.to_builtins(trial), "\n".join([*trial.rules, "", *trial.why]))


@app.command()
def set_websites(
    program: ProgramOption,
    add_: Annotated[list[str] | None, typer.Option("--add", help="Put this website in, by domain, name or id; repeatable.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", help="Take this website out; repeatable.")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Put websites into a program or take them out. Orders that were told of before, while a website was in none, stay without one."""
    if not add_ and not remove:
        raise typer.BadParameter("give --add or --remove")
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.office.programs import ProgramOffice
    from tribute.reports.programs import ProgramReports

    with open_ledger(home) as ledger:
        office = ProgramOffice(ledger.database, ledger.clock)
        for one in remove or ():
            office.remove_website(COMMAND_LINE, program, one)
        for one in add_ or ():
            office.add_website(COMMAND_LINE, program, one)
        seen = ProgramReports(ledger.database, ledger.clock).program(COMMAND_LINE, program)
    domains = ", ".join(site.domain for site in seen.websites) or "no website"
    Output(as_json=json).result(_told(seen), f"{seen.record.name} has {domains}.")


def _terms(
    file: Path | None,
    percent: str | None,
    flat_minor: int | None,
    currency: str | None,
    window_days: int,
    attribution: Attribution,
    hold_days: int,
    by_approval: bool,
) -> "Terms":
    """The terms of a file, or simple ones out of options."""
    from tribute.cli.files import read_json
    from tribute.ledger.rules.terms import Terms
    from tribute.ledger.rules.terms_checked import simple_terms

    if file is not None:
        if percent is not None or flat_minor is not None or currency is not None:
            raise typer.BadParameter("give --terms, or --percent or --flat-minor with --currency, not both")
        return read_json(file, Terms, "--terms")
    if (percent is None) == (flat_minor is None):
        raise typer.BadParameter("give one of --percent and --flat-minor, or --terms")
    if currency is None:
        raise typer.BadParameter("give --currency, such as USD")
    return simple_terms(
        currency=currency,
        percent=percent,
        flat_minor=flat_minor,
        model=attribution.value,
        window_days=window_days,
        hold_days=hold_days,
        by_approval=by_approval,
    )


def _told(seen: "ProgramSeen") -> dict[str, Any]:
    terms = _told_terms(seen.current)
    del terms["effective_from"]
    return {
        "id": seen.record.id,
        "name": seen.record.name,
        "websites": [site.domain for site in seen.websites],
        "groups": list(seen.groups),
        "archived": seen.record.archived_at is not None,
        **terms,
        "coming": [_told_terms(one) for one in seen.coming],
    }


def _told_terms(seen: "TermsSeen") -> dict[str, Any]:
    import msgspec

    terms = seen.version.terms
    return {
        "terms_id": seen.version.id,
        "effective_from": _time(seen),
        "currency": terms.currency,
        "attribution": terms.model,
        "window_days": terms.window_days,
        "hold_days": terms.hold_days,
        "by_approval": terms.by_approval,
        "sentences": list(seen.sentences),
        "rules": msgspec.to_builtins(terms.rules),
    }


def _time(seen: "TermsSeen") -> str | None:
    from tribute.kit.clock import iso_seconds

    at = seen.version.effective_from
    return iso_seconds(at) if at is not None else None


def _sentences(seen: "TermsSeen") -> str:
    return "\n".join(f"  {sentence}" for sentence in seen.sentences)


def _at(option: str, told: str | None) -> Any:
    from tribute.kit.clock import parse_iso
    from tribute.kit.errors import InvalidInputError

    try:
        return parse_iso(told) if told is not None else None
    except ValueError:
        raise InvalidInputError(option, "give a time like 2027-01-01T00:00:00Z") from None
