"""`tribute program enroll|approve|reject|…`: who is in a program, and in which of its groups."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tribute.cli.options import HomeOption, JsonOption
from tribute.cli.output import Output

if TYPE_CHECKING:
    from tribute.ledger.enrollments import Enrollment
    from tribute.ledger.rules.enrollment import State
    from tribute.reports.programs import ProgramReports

ProgramOption = Annotated[str, typer.Option("--program", help="The program's name or id.")]
AffiliateOption = Annotated[str, typer.Option("--affiliate", help="The affiliate's code or id.")]
GroupOption = Annotated[str | None, typer.Option("--group", help='Put them into this group; "": into none.')]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; the affiliate will see it.")]


def enroll(
    program: ProgramOption, affiliate: AffiliateOption, group: GroupOption = None, home: HomeOption = None, json: JsonOption = False
) -> None:
    """Put an affiliate into a program, or into another group of it; where they stand already they stay."""
    _change(program, affiliate, None, group, None, home, json)


def invite(
    program: ProgramOption, affiliate: AffiliateOption, group: GroupOption = None, home: HomeOption = None, json: JsonOption = False
) -> None:
    """Invite an affiliate; they are in when they apply."""
    _change(program, affiliate, "invited", group, None, home, json)


def approve(
    program: ProgramOption, affiliate: AffiliateOption, group: GroupOption = None, home: HomeOption = None, json: JsonOption = False
) -> None:
    """Let an affiliate earn, from now on."""
    _change(program, affiliate, "approved", group, None, home, json)


def reject(
    program: ProgramOption, affiliate: AffiliateOption, reason: ReasonOption, home: HomeOption = None, json: JsonOption = False
) -> None:
    """Reject an application."""
    _change(program, affiliate, "rejected", None, reason, home, json)


def deactivate(
    program: ProgramOption, affiliate: AffiliateOption, reason: ReasonOption, home: HomeOption = None, json: JsonOption = False
) -> None:
    """Let an affiliate earn no more, from now on; `approve` lets them in again."""
    _change(program, affiliate, "deactivated", None, reason, home, json)


def ban(
    program: ProgramOption, affiliate: AffiliateOption, reason: ReasonOption, home: HomeOption = None, json: JsonOption = False
) -> None:
    """Ban an affiliate from a program, from now on."""
    _change(program, affiliate, "banned", None, reason, home, json)


def add_group(
    program: ProgramOption,
    name: Annotated[str, typer.Option("--name", help="The group's name.")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Add a group, for whose affiliates terms can differ."""
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.office.programs import ProgramOffice

    with open_ledger(home) as ledger:
        kept = ProgramOffice(ledger.database, ledger.clock).add_group(COMMAND_LINE, program, name)
    Output(as_json=json).result({"group": kept}, f"The group {kept} is there.")


def every_enrollment(reports: "ProgramReports", program_id: str) -> list[dict[str, Any]]:
    """Everyone who stands somehow in a program."""
    from tribute.cli.ledger import COMMAND_LINE

    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = reports.enrollments(COMMAND_LINE, program_id, cursor=cursor, limit=200)
        found += [_told(one.record, one.code) for one in page.items]
        cursor = page.next
        if cursor is None:
            return found


def _change(
    program: str, affiliate: str, state: "State | None", group: str | None, reason: str | None, home: HomeOption, json: bool
) -> None:
    from tribute.access.post import Post
    from tribute.cli.ledger import COMMAND_LINE, open_ledger
    from tribute.office.enrollments import EnrollmentOffice
    from tribute.office.letters import Letters
    from tribute.reports.promoters import PromoterReports

    with open_ledger(home) as ledger:
        letters = Letters(ledger.clock, Post(ledger.clock, ""))  # nobody applies here, so that there is nothing to write
        office = EnrollmentOffice(ledger.database, ledger.clock, letters)
        changed = office.change(COMMAND_LINE, program, affiliate, state, group=group, reason=reason)
        who = PromoterReports(ledger.database, ledger.clock).affiliate(COMMAND_LINE, changed.affiliate_id)
    within = f" in the group {changed.group_name}" if changed.group_name else ""
    Output(as_json=json).result(_told(changed, who.record.code), f"{who.record.name} is {changed.state}{within}.")


def _told(record: "Enrollment", code: str) -> dict[str, Any]:
    from tribute.kit.clock import iso_seconds

    return {
        "program_id": record.program_id,
        "affiliate": code,
        "affiliate_id": record.affiliate_id,
        "state": record.state,
        "group": record.group_name,
        "reason": record.reason,
        "since": iso_seconds(record.at),
    }


COMMANDS = (enroll, invite, approve, reject, deactivate, ban, add_group)
"""In the order in which the group shows them."""
