"""The console's affiliates: who asks to come in, with what they told; who is there, with what they brought lately; inviting.

The address is the state: search, what is shown, and the place in the list. Every change is a form of its own, made by `office`.
"""

from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath

from tribute.access.caller import Caller
from tribute.analytics.definitions import Metric, TimeWindow
from tribute.analytics.dimensions import Dimension
from tribute.analytics.query import Filter
from tribute.kit.errors import ConflictError, InvalidInputError, UnavailableError
from tribute.ledger.affiliates import AffiliateRecord
from tribute.ledger.applications import ApplicationState
from tribute.ledger.paging import Page
from tribute.ledger.rules.sign_up import plain_text
from tribute.ledger.rules.text import is_storable
from tribute.office.applications import Admitted
from tribute.reports.analytics import Question
from tribute.reports.joining import ApplicationSeen
from tribute.reports.scope import require_team
from tribute.web.after_forms import back_to, said_at, ways_back
from tribute.web.amounts import Amount
from tribute.web.parts import AnyRequest, Parts
from tribute.web.portal.options import Option

PATH: Final = "/owner/affiliates"
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
_ROWS: Final = 30
_SHOWN_STATES: Final = {"": "All", "applied": "Applied", "active": "Active", "inactive": "Inactive", "rejected": "Rejected"}
_APPLICATIONS: Final[dict[str, ApplicationState]] = {"applied": "waiting", "rejected": "rejected"}
_ACTIVE: Final = {"active": True, "inactive": False}
_LONGEST_SEARCH: Final = 100
_CUT: Final = "The search had characters that nothing is stored with; it was made without them."
_DONE: Final = {
    "approved": "Approved. Their code counts from now on.",
    "rejected": "Rejected. They are told the reason where mails are sent.",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; `is_cut` where it searches for characters that no database holds, which are left out."""

    search: str = ""
    state: str = ""
    after: str | None = None
    is_cut: bool = False

    @classmethod
    def of(cls, told: Any) -> "Asked":
        """Any address is a question: what names nothing is left out."""
        search, state = told.get("q", ""), told.get("state", "")
        return cls(
            search=plain_text(search)[:_LONGEST_SEARCH],
            state=state if state in _SHOWN_STATES else "",
            after=told.get("after") or None,
            is_cut=not is_storable(search),
        )

    def address(self, after: str | None = None) -> str:
        """The address of this question, from a place on."""
        told = {"q": self.search, "state": self.state, "after": after or ""}
        kept = {name: value for name, value in told.items() if value}
        return f"{PATH}?{urlencode(kept)}" if kept else PATH


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """An application with what was told."""

    id: str
    name: str
    email: str
    code: str
    program: str
    at: datetime
    promotes: str
    answers: Sequence[tuple[str, str]]
    groups: Sequence[str]
    holder_code: str | None
    is_account: bool
    reason: str | None
    typed: dict[str, str]
    problem: str | None


@dataclass(frozen=True, slots=True)
class AffiliateRow:
    """An affiliate in the list; clicks and earnings are those of the last 30 days, None where they are not to be had now."""

    href: str
    name: str
    email: str
    code: str
    active: bool
    joined_at: datetime
    clicks: int | None
    earned: Amount | None


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """A program's sign-up page in the list of them."""

    name: str
    href: str
    address: str | None


@dataclass(frozen=True, slots=True)
class LinkShown:
    """A link that was just made, for the owner to hand over; shown once."""

    name: str
    email: str
    url: str
    is_sent: bool


@dataclass(frozen=True, slots=True)
class AffiliatesPage:
    """Everything the page shows."""

    template: ClassVar[str] = "owner/affiliates.html"
    name: str
    asked: Asked
    states: Sequence[Option]
    applications: Sequence[ApplicationRow]
    waiting: int
    affiliates: Sequence[AffiliateRow]
    shows_applications: bool
    shows_affiliates: bool
    newest: str | None
    older: str | None
    programs: Sequence[ProgramRow]
    typed: dict[str, str]
    problem: str | None
    done: str | None
    link: LinkShown | None
    may_change: bool
    mails_are_sent: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What comes of a form: a link to show, or what is wrong and what was typed; `application_id` is whose form it was."""

    link: LinkShown | None = None
    problem: str | None = None
    typed: dict[str, str] | None = None
    application_id: str | None = None


def affiliates_routes(parts: Parts) -> list[Any]:
    """The list, and the team's words on it. Viewers only look; an affiliate gets 403."""

    @get(PATH)
    async def affiliates(request: AnyRequest) -> Response[Any]:
        return await to_thread(_show, parts, request, Said())

    @post(f"{PATH}/invite")
    async def invite(request: AnyRequest, data: Form) -> Response[Any]:
        return await to_thread(_invite, parts, request, data)

    @post("/owner/applications/{application_id:str}/approve")
    async def approve(request: AnyRequest, application_id: FromPath[str], data: Form) -> Response[Any]:
        return await to_thread(_approve, parts, request, application_id, data)

    @post("/owner/applications/{application_id:str}/reject")
    async def reject(request: AnyRequest, application_id: FromPath[str], data: Form) -> Response[Any]:
        return await to_thread(_reject, parts, request, application_id, data)

    answers = (f"/owner/applications/{{application_id:str}}/{answer}" for answer in ("approve", "reject"))
    return [affiliates, invite, approve, reject, ways_back(PATH, f"{PATH}/invite", *answers)]


def link_shown(parts: Parts, admitted: Admitted) -> LinkShown | None:
    """The link that somebody got, to be copied where no mails are sent."""
    if admitted.url is None:
        return None
    who = admitted.affiliate
    return LinkShown(who.name, who.email, admitted.url, parts.office.letters.are_sent)


def sentence(error: InvalidInputError | ConflictError) -> str:
    """What is wrong, beginning with a capital letter and ending in a full stop."""
    return f"{str(error)[:1].upper()}{str(error)[1:]}."


def _invite(parts: Parts, request: AnyRequest, told: dict[str, str]) -> Response[Any]:
    caller, office = parts.caller(request), parts.office.applications
    try:
        made = office.invite(
            caller, told.get("name", ""), told.get("email", ""), code=told.get("code", ""), program=told.get("program", "")
        )
    except (InvalidInputError, ConflictError) as error:
        return _show(parts, request, Said(problem=f"Nobody was invited. {sentence(error)}", typed=told), status=422)
    return _show(parts, request, Said(link=link_shown(parts, made)))


def _approve(parts: Parts, request: AnyRequest, application_id: str, told: dict[str, str]) -> Response[Any]:
    caller, office = parts.caller(request), parts.office.applications
    try:
        admitted = office.approve(caller, application_id, code=told.get("code"), group=told.get("group") or None)
    except (InvalidInputError, ConflictError) as error:
        said = Said(problem=f"Nobody was approved. {sentence(error)}", typed=told, application_id=application_id)
        return _show(parts, request, said, status=422)
    link = link_shown(parts, admitted)
    return _show(parts, request, Said(link=link)) if link is not None else back_to(parts, PATH, say="approved")


def _reject(parts: Parts, request: AnyRequest, application_id: str, told: dict[str, str]) -> Response[Any]:
    caller = parts.caller(request)
    try:
        parts.office.applications.reject(caller, application_id, told.get("reason", ""))
    except (InvalidInputError, ConflictError) as error:
        said = Said(problem=f"Nobody was rejected. {sentence(error)}", typed=told, application_id=application_id)
        return _show(parts, request, said, status=422)
    return back_to(parts, PATH, say="rejected")


def _show(parts: Parts, request: AnyRequest, said: Said, *, status: int = 200) -> Response[Any]:
    caller = parts.caller(request)
    require_team(caller)
    asked = Asked.of(request.query_params)
    return parts.render.page(_page(parts, caller, asked, said, _DONE.get(said_at(parts, request) or "")), request, status=status)


def _page(parts: Parts, caller: Caller, asked: Asked, said: Said, done: str | None) -> AffiliatesPage:
    asked, applications, affiliates = _read(parts, caller, asked)
    brought = _brought(parts, caller, [one.code for one in affiliates.items])
    older = affiliates.next if asked.state not in _APPLICATIONS else applications.next
    return AffiliatesPage(
        name=parts.accounts.profile(caller).name,
        asked=asked,
        states=[Option(state, words, state == asked.state) for state, words in _SHOWN_STATES.items()],
        applications=[_application(one, said) for one in applications.items],
        waiting=parts.ledger.joining.waiting(caller),
        affiliates=[_row(one, brought) for one in affiliates.items],
        shows_applications=asked.state in _APPLICATIONS or (not asked.state and bool(applications.items)),
        shows_affiliates=asked.state not in _APPLICATIONS,
        newest=asked.address() if asked.after is not None else None,
        older=asked.address(older) if older is not None else None,
        programs=_programs(parts, caller),
        typed=said.typed or {} if said.application_id is None else {},
        problem=said.problem or (_CUT if asked.is_cut else None),
        done=done,
        link=said.link,
        may_change=caller.may_change,
        mails_are_sent=parts.office.letters.are_sent,
    )


def _read(parts: Parts, caller: Caller, asked: Asked) -> tuple[Asked, Page[ApplicationSeen], Page[AffiliateRecord]]:
    """What is asked for; from the beginning where the place in the list is none."""
    reports, cursor = parts.ledger, asked.after
    no_applications: Page[ApplicationSeen] = Page((), None)
    nobody: Page[AffiliateRecord] = Page((), None)
    try:
        if asked.state in _APPLICATIONS:
            state = _APPLICATIONS[asked.state]
            return asked, reports.joining.applications(caller, state, search=asked.search, cursor=cursor, limit=_ROWS), nobody
        active = _ACTIVE.get(asked.state)
        affiliates = reports.promoters.page(caller, search=asked.search, active=active, cursor=cursor, limit=_ROWS)
    except InvalidInputError:
        return _read(parts, caller, replace(asked, after=None))
    if asked.state or cursor is not None:
        return asked, no_applications, affiliates
    return asked, reports.joining.applications(caller, "waiting", search=asked.search, limit=_ROWS), affiliates


def _brought(parts: Parts, caller: Caller, codes: Sequence[str]) -> dict[str, tuple[int, Amount]]:
    """Clicks and earnings of the last 30 days by code; nothing where the numbers are not to be had."""
    if not codes:
        return {}
    question = Question(
        metrics=(Metric.CLICKS, Metric.COMMISSIONS),
        window=TimeWindow.LAST_30_DAYS,
        dimension=Dimension.AFFILIATE,
        filters=(Filter(Dimension.AFFILIATE, list(codes)),),
        top=len(codes),
    )
    try:
        report = parts.analytics.report(caller, question)
    except UnavailableError:
        return {}
    currency = report.query.currency or ""
    brought = dict.fromkeys(codes, (0, Amount(0, currency)))
    for row in report.result.rows:
        if row.value is not None:
            brought[row.value] = int(row.totals[Metric.CLICKS]), Amount(int(row.totals[Metric.COMMISSIONS]), currency)
    return brought


def _row(record: AffiliateRecord, brought: dict[str, tuple[int, Amount]]) -> AffiliateRow:
    clicks, earned = brought.get(record.code, (None, None))
    href = f"{PATH}/{record.id}"
    return AffiliateRow(href, record.name, record.email, record.code, record.active, record.created_at, clicks, earned)


def _application(seen: ApplicationSeen, said: Said) -> ApplicationRow:
    record, is_theirs = seen.record, said.application_id == seen.record.id
    return ApplicationRow(
        id=record.id,
        name=record.name,
        email=record.email,
        code=record.code,
        program=seen.program,
        at=record.at,
        promotes=record.promotes,
        answers=[(one.question, one.answer) for one in record.answers],
        groups=seen.groups,
        holder_code=seen.holder_code,
        is_account=record.affiliate_id is not None,
        reason=record.reason,
        typed=(said.typed or {}) if is_theirs else {},
        problem=said.problem if is_theirs else None,
    )


def _programs(parts: Parts, caller: Caller) -> list[ProgramRow]:
    prefix = parts.public_url.rstrip("/")
    rows = []
    for seen in parts.ledger.programs.programs(caller):
        if seen.record.archived_at is None:
            draft = parts.ledger.joining.draft(caller, seen.record.id)
            address = f"{prefix}/join/{draft.slug}" if draft.is_published else None
            rows.append(ProgramRow(seen.record.name, f"/owner/programs/{seen.record.id}/sign-up", address))
    return rows
