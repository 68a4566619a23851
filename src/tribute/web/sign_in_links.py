"""What sign-in links open: a button, a new password, or the first owner's page. Looking never uses a link up: mail scanners look, too."""

from asyncio import to_thread
from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Response, get, post
from litestar.params import FromPath

from tribute.access.arrival import SecondFactorNeededError
from tribute.access.caller import WrongCredentialsError
from tribute.access.links import LinkPurpose
from tribute.kit.errors import InvalidInputError
from tribute.web.arriving import Form, arrived, dead_link, hashing, second_step
from tribute.web.parts import AnyRequest, Parts
from tribute.web.ports import SignInLink
from tribute.web.security import own_path
from tribute.web.settings.forms import sentence


@dataclass(frozen=True, slots=True)
class LinkPage:
    """One button, or a new password. A script presses the button of a link that was handed over; a mailed one is a person's to press.

    Where somebody is signed in, each is: a link to another account takes nobody's place unnoticed.
    """

    template: ClassVar[str] = "sign_in_link.html"
    name: str
    email: str
    sets_password: bool
    presses_itself: bool
    next: str
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class FirstOwnerPage:
    """Name, email and password of whoever owns this home from now on."""

    template: ClassVar[str] = "first_owner.html"
    name: str = ""
    email: str = ""
    field: str | None = None
    problem: str | None = None


def sign_in_link_routes(parts: Parts) -> list[Any]:
    """`/sign-in/<token>` and `/sign-in/first/<token>`."""
    return [*_link_routes(parts), *_first_owner_routes(parts)]


def _link_routes(parts: Parts) -> list[Any]:
    @get("/sign-in/{token:str}")
    async def look(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
        link = await to_thread(parts.access.link_for, token)
        if link is None:
            return dead_link(parts, request)
        is_nobody = parts.session_of(request) is None
        return parts.render.page(_page(link, request.query_params.get("next"), is_nobody=is_nobody), request)

    @post("/sign-in/{token:str}")
    async def use(request: AnyRequest, token: FromPath[str], data: Form) -> Response[Any]:
        link, way_back = await to_thread(parts.access.link_for, token), data.get("next")
        if link is None:
            return dead_link(parts, request)

        def come_in(password: str | None) -> str:
            return parts.access.sign_in_with_link(token, password, parts.doors.post)

        try:
            session = await hashing(come_in, data.get("password", "") if link.sets_password else None)
        except SecondFactorNeededError as needed:
            return second_step(parts, needed, way_back)
        except InvalidInputError as error:
            return parts.render.page(_page(link, way_back, sentence(error.problem)), request, status=422)
        except WrongCredentialsError:
            return dead_link(parts, request)
        return await arrived(parts, request, session, way_back)

    return [look, use]


def _first_owner_routes(parts: Parts) -> list[Any]:
    @get("/sign-in/first/{token:str}")
    async def look(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
        if not await to_thread(parts.doors.first_owner.is_open, token):
            return dead_link(parts, request)
        return parts.render.page(FirstOwnerPage(), request)

    @post("/sign-in/first/{token:str}")
    async def make(request: AnyRequest, token: FromPath[str], data: Form) -> Response[Any]:
        told = {name: data.get(name, "")[:1_000] for name in ("name", "email")}

        def come_in(password: str | None) -> str:
            return parts.doors.first_owner.come_in(token, password=password or "", **told)

        try:
            session = await hashing(come_in, data.get("password", "")[:2_000])
        except InvalidInputError as error:
            page = FirstOwnerPage(**told, field=error.field, problem=f"{sentence(error.field)[:-1]}: {error.problem}.")
            return parts.render.page(page, request, status=422)
        except WrongCredentialsError:
            return dead_link(parts, request)
        return await arrived(parts, request, session, None)

    return [look, make]


def _page(link: SignInLink, way_back: str | None, problem: str | None = None, *, is_nobody: bool = False) -> LinkPage:
    return LinkPage(
        name=link.name,
        email=link.email,
        sets_password=link.sets_password,
        presses_itself=is_nobody and link.purpose is LinkPurpose.SIGN_IN,
        next=own_path(way_back) or "",
        problem=problem,
    )
