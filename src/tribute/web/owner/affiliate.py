"""The console's page of one affiliate: programs, codes, links, what is owed, what they told; and what the team may do about it."""

from asyncio import to_thread
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final

from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath

from tribute.access.caller import Caller
from tribute.kit.errors import ConflictError, InvalidInputError
from tribute.office.applications import Admitted
from tribute.reports.joining import ApplicationSeen
from tribute.reports.programs import ProgramSeen
from tribute.reports.scope import require_team
from tribute.web.after_forms import back_to, said_at, ways_back
from tribute.web.amounts import Amount
from tribute.web.owner.affiliates import PATH, LinkShown, link_shown, sentence
from tribute.web.parts import AnyRequest, Parts

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
_STANDINGS: Final = {
    "pending": "Has applied",
    "approved": "Approved",
    "rejected": "Rejected",
    "invited": "Invited",
    "deactivated": "Deactivated",
    "banned": "Banned",
}
_DONE: Final = {
    "deactivate": "Deactivated. They can sign in no more and earn nothing from now on.",
    "activate": "Taken up again. They can sign in, and their code counts.",
    "let-in": "Approved. They earn in the program from now on.",
    "turn-down": "Rejected. They read the reason.",
}
"""What the page says after each of the team's words; a link is shown instead."""


@dataclass(frozen=True, slots=True)
class StandingRow:
    """Where they stand in a program. `is_pending` waits for the team's answer without an application that could be answered."""

    program_id: str
    program: str
    state: str
    group: str | None
    reason: str | None
    since: datetime | None
    is_pending: bool


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """What is owed in a currency."""

    payable: Amount
    pending: Amount
    held: Amount


@dataclass(frozen=True, slots=True)
class ToldRow:
    """What they told on a sign-up page, in the shape that the list of applications has."""

    id: str
    name: str
    email: str
    code: str
    program: str
    at: datetime
    promotes: str
    answers: Sequence[tuple[str, str]]
    is_account: bool
    holder_code: None
    reason: str | None


@dataclass(frozen=True, slots=True)
class AffiliatePage:
    """Everything the page shows."""

    template: ClassVar[str] = "owner/affiliate.html"
    name: str
    id: str
    affiliate: str
    email: str
    code: str
    codes: Sequence[str]
    active: bool
    since: datetime
    out_since: datetime | None
    standings: Sequence[StandingRow]
    links: Sequence[tuple[str, str]]
    balances: Sequence[BalanceRow]
    told: Sequence[ToldRow]
    problem: str | None
    done: str | None
    link: LinkShown | None
    may_change: bool
    mails_are_sent: bool


def affiliate_routes(parts: Parts) -> list[Any]:
    """The page, and the team's words on it. Viewers only look; an affiliate gets 403."""

    @get(f"{PATH}/{{affiliate_id:str}}")
    async def look(request: AnyRequest, affiliate_id: FromPath[str]) -> Response[Any]:
        return await to_thread(_show, parts, request, affiliate_id)

    back = ways_back(f"{PATH}/{{affiliate_id}}", *(f"{PATH}/{{affiliate_id:str}}/{name}" for name in _WORDS))
    return [look, *(_word(parts, name, say) for name, say in _WORDS.items()), back]


def _deactivate(parts: Parts, caller: Caller, affiliate_id: str, _told: dict[str, str]) -> None:
    parts.office.affiliates.set_active(caller, affiliate_id, active=False)


def _activate(parts: Parts, caller: Caller, affiliate_id: str, _told: dict[str, str]) -> None:
    parts.office.affiliates.set_active(caller, affiliate_id, active=True)


def _link(parts: Parts, caller: Caller, affiliate_id: str, _told: dict[str, str]) -> Admitted:
    return parts.office.applications.new_link(caller, affiliate_id)


def _let_in(parts: Parts, caller: Caller, affiliate_id: str, told: dict[str, str]) -> None:
    parts.office.enrollments.change(caller, told.get("program", ""), affiliate_id, "approved")


def _turn_down(parts: Parts, caller: Caller, affiliate_id: str, told: dict[str, str]) -> None:
    parts.office.enrollments.change(caller, told.get("program", ""), affiliate_id, "rejected", reason=told.get("reason", ""))


Say = Callable[[Parts, Caller, str, dict[str, str]], Admitted | None]
_WORDS: Final[dict[str, Say]] = {
    "deactivate": _deactivate,
    "activate": _activate,
    "link": _link,
    "let-in": _let_in,
    "turn-down": _turn_down,
}


def _word(parts: Parts, name: str, say: Say) -> Any:
    """The route of one of the team's words: back to the page, or the page with what came of it."""

    def said(request: AnyRequest, affiliate_id: str, told: dict[str, str]) -> Response[Any]:
        caller = parts.caller(request)
        try:
            admitted = say(parts, caller, affiliate_id, told)
        except (InvalidInputError, ConflictError) as error:
            return _show(parts, request, affiliate_id, problem=f"Nothing was changed. {sentence(error)}", status=422)
        if admitted is not None:
            return _show(parts, request, affiliate_id, link=link_shown(parts, admitted))
        return back_to(parts, f"{PATH}/{affiliate_id}", say=name)

    @post(f"{PATH}/{{affiliate_id:str}}/{name}", name=f"affiliate-{name}")
    async def word(request: AnyRequest, affiliate_id: FromPath[str], data: Form) -> Response[Any]:
        return await to_thread(said, request, affiliate_id, data)

    return word


def _show(
    parts: Parts,
    request: AnyRequest,
    affiliate_id: str,
    *,
    problem: str | None = None,
    link: LinkShown | None = None,
    status: int = 200,
) -> Response[Any]:
    caller = parts.caller(request)
    require_team(caller)
    done = _DONE.get(said_at(parts, request) or "")
    return parts.render.page(_page(parts, caller, affiliate_id, problem=problem, done=done, link=link), request, status=status)


def _page(
    parts: Parts, caller: Caller, affiliate_id: str, *, problem: str | None, done: str | None, link: LinkShown | None
) -> AffiliatePage:
    seen = parts.ledger.promoters.affiliate(caller, affiliate_id)
    record = seen.record
    told = parts.ledger.joining.of_affiliate(caller, record.id)
    return AffiliatePage(
        name=parts.accounts.profile(caller).name,
        id=record.id,
        affiliate=record.name,
        email=record.email,
        code=record.code,
        codes=[code for code in seen.codes if code != record.code],
        active=record.active,
        since=record.created_at,
        out_since=record.deactivated_at,
        standings=_standings(parts, caller, record.id, told),
        links=[(parts.public_url.rstrip("/") + one.path, one.destination) for one in parts.ledger.promoters.links(caller, record.id)],
        balances=_balances(parts, caller, record.id),
        told=[_told_row(one) for one in told],
        problem=problem,
        done=done,
        link=link,
        may_change=caller.may_change,
        mails_are_sent=parts.office.letters.are_sent,
    )


def _standings(parts: Parts, caller: Caller, affiliate_id: str, told: Sequence[ApplicationSeen]) -> list[StandingRow]:
    """Every program in use: where they stand, or that an open one has everybody in."""
    standing = {one.program_id: one for one in parts.ledger.joining.standings(caller, affiliate_id)}
    answerable = {one.record.program_id for one in told if one.record.state == "waiting"}
    rows = []
    for program in parts.ledger.programs.programs(caller):
        here = standing.get(program.record.id)
        if program.record.archived_at is not None and here is None:
            continue
        state = _STANDINGS[here.state] if here is not None else _without_standing(program)
        since, group, reason = (here.at, here.group_name, here.reason) if here is not None else (None, None, None)
        is_pending = here is not None and here.state == "pending" and program.record.id not in answerable
        rows.append(StandingRow(program.record.id, program.record.name, state, group, reason, since, is_pending))
    return rows


def _without_standing(program: ProgramSeen) -> str:
    return "Not in it" if program.current.version.terms.by_approval else "In it: the program is open to all"


def _balances(parts: Parts, caller: Caller, affiliate_id: str) -> list[BalanceRow]:
    return [
        BalanceRow(
            Amount(one.approved_minor + one.adjustments_minor, one.currency),
            Amount(one.pending_minor, one.currency),
            Amount(one.held_minor, one.currency),
        )
        for one in parts.ledger.money.balances(caller, affiliate_id)
    ]


def _told_row(seen: ApplicationSeen) -> ToldRow:
    record = seen.record
    return ToldRow(
        id=record.id,
        name=record.name,
        email=record.email,
        code=record.code,
        program=seen.program,
        at=record.at,
        promotes=record.promotes,
        answers=[(one.question, one.answer) for one in record.answers],
        is_account=True,
        holder_code=None,
        reason=record.reason,
    )
