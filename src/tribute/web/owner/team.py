"""The console's team: who is in it, with which role, seen when; and, for owners, inviting, changing and removing its members.

Every change is a form of its own, made by `office.team`. A link that lets somebody in is on the page that answers its making alone.
"""

from asyncio import to_thread
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from litestar import Response, get, post
from litestar.params import FromPath

from tribute.access.caller import Caller, Role
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError
from tribute.office.team import Invitation, Member
from tribute.web.after_forms import back_to, said_at, ways_back
from tribute.web.parts import AnyRequest, Parts
from tribute.web.settings.forms import Form, Typed, cut, sentence

PATH: Final = "/owner/team"
ROLES: Final[Mapping[Role, tuple[str, str]]] = {
    Role.OWNER: ("Owner", "Everything, the team too."),
    Role.MANAGER: ("Manager", "Everything but the team and its roles."),
    Role.VIEWER: ("Viewer", "Sees everything and changes nothing."),
}
_DONE: Final = {
    "role": "The role is changed. Less counts at once; for more, they sign in again.",
    "removed": "Removed. They are signed out, and their tokens are revoked.",
}


@dataclass(frozen=True, slots=True)
class RoleOffered:
    """A role to choose."""

    value: str
    label: str
    help: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody of the team. `roles` are there to choose from, and empty where the reader may not change them."""

    id: str
    name: str
    email: str
    role: str
    is_self: bool
    last_seen_at: datetime | None
    roles: Sequence[RoleOffered]


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link that lets somebody in, just made."""

    name: str
    email: str
    url: str
    is_sent: bool


@dataclass(frozen=True, slots=True)
class TeamPage:
    """The team, and for owners the form that invites."""

    template: ClassVar[str] = "owner/team.html"
    name: str
    rows: Sequence[MemberRow]
    may_run: bool
    roles: Sequence[RoleOffered]
    typed: Typed
    link: MadeLink | None
    done: str | None
    problem: str | None


def team_routes(parts: Parts) -> list[Any]:
    """The page, and its forms. An affiliate gets 403."""

    @get(PATH)
    async def show(request: AnyRequest) -> Response[Any]:
        return await to_thread(_show, parts, request)

    @post(PATH)
    async def invite(request: AnyRequest, data: Form) -> Response[Any]:
        return await to_thread(_invite, parts, request, cut(data))

    return [show, invite, *_member_routes(parts)]


def _show(parts: Parts, request: AnyRequest) -> Response[Any]:
    done = _DONE.get(said_at(parts, request) or "")
    return parts.render.page(_page(parts, parts.caller(request), done=done), request)


def _invite(parts: Parts, request: AnyRequest, told: dict[str, str]) -> Response[Any]:
    caller = parts.caller(request)
    try:
        invited = parts.team.invite(caller, told.get("email", ""), _role(told), told.get("name", ""))
    except InvalidInputError as error:
        typed = Typed(told, error.field, sentence(error.problem))
        return parts.render.page(_page(parts, caller, typed=typed), request, status=422)
    except ConflictError as error:
        typed = Typed(told, "email", sentence(str(error)))
        return parts.render.page(_page(parts, caller, typed=typed), request, status=409)
    return parts.render.page(_page(parts, caller, link=_made(invited)), request, status=201)


def _member_routes(parts: Parts) -> list[Any]:
    def changed(request: AnyRequest, change: Callable[[Caller], object], done: str) -> Response[Any]:
        caller = parts.caller(request)
        try:
            change(caller)
        except (ConflictError, InvalidInputError, NotFoundError) as error:
            page = _page(parts, caller, problem=f"Nothing was changed. {sentence(str(error))}")
            return parts.render.page(page, request, status=409)
        return back_to(parts, PATH, say=done)

    def invited_again(request: AnyRequest, owner_id: str) -> Response[Any]:
        caller = parts.caller(request)
        return parts.render.page(_page(parts, caller, link=_made(parts.team.invite_again(caller, owner_id))), request, status=201)

    @post(PATH + "/{owner_id:str}/role")
    async def set_role(request: AnyRequest, owner_id: FromPath[str], data: Form) -> Response[Any]:
        return await to_thread(changed, request, lambda caller: parts.team.set_role(caller, owner_id, _role(data)), "role")

    @post(PATH + "/{owner_id:str}/remove")
    async def remove(request: AnyRequest, owner_id: FromPath[str]) -> Response[Any]:
        return await to_thread(changed, request, lambda caller: parts.team.remove(caller, owner_id), "removed")

    @post(PATH + "/{owner_id:str}/link")
    async def make_link(request: AnyRequest, owner_id: FromPath[str]) -> Response[Any]:
        return await to_thread(invited_again, request, owner_id)

    return [set_role, remove, make_link, ways_back(PATH, *(f"{PATH}/{{owner_id:str}}/{form}" for form in ("role", "remove", "link")))]


def _role(told: Mapping[str, str]) -> Role:
    """Raises InvalidInputError for what is no role of the team."""
    found = next((role for role in ROLES if role.value == told.get("role")), None)
    if found is None:
        raise InvalidInputError("role", "choose owner, manager or viewer")
    return found


def _made(invited: Invitation) -> MadeLink:
    return MadeLink(invited.record.called, invited.record.email, invited.url, invited.is_sent)


def _page(
    parts: Parts,
    caller: Caller,
    *,
    typed: Typed | None = None,
    link: MadeLink | None = None,
    done: str | None = None,
    problem: str | None = None,
) -> TeamPage:
    members, typed = parts.team.members(caller), typed or Typed({"role": Role.MANAGER.value})
    return TeamPage(
        name=parts.accounts.profile(caller).name,
        rows=[_row(one, caller) for one in members],
        may_run=caller.may_run_team,
        roles=_offered(typed.of("role")),
        typed=typed,
        link=link,
        done=done,
        problem=problem,
    )


def _row(member: Member, caller: Caller) -> MemberRow:
    record, is_self = member.record, member.record.id == caller.person_id
    roles = _offered(record.role) if caller.may_run_team and not is_self else []
    return MemberRow(record.id, record.called, record.email, ROLES[record.role][0], is_self, member.last_seen_at, roles)


def _offered(chosen: str) -> list[RoleOffered]:
    return [RoleOffered(role.value, label, words, role.value == chosen) for role, (label, words) in ROLES.items()]
