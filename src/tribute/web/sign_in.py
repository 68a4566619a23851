"""Signing in with a password or a link, and out. Looking at a link never uses it up: mail scanners and previews look at links, too."""

from asyncio import get_running_loop, to_thread
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from tribute.access.caller import WrongCredentialsError
from tribute.access.people import Kind
from tribute.access.throttle import TooManyAttemptsError
from tribute.kit.errors import InvalidInputError
from tribute.web.parts import AnyRequest, Parts, home_of
from tribute.web.ports import SignInLink
from tribute.web.security import own_path

_password_threads = ThreadPoolExecutor(4, "passwords")
"""Hashing is slow on purpose, and guesses may come in crowds: they wait for each other and for nobody else."""

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@dataclass(frozen=True, slots=True)
class SignInPage:
    """Email and password; `problem` is told above the form, `email` is kept from the last try."""

    template: ClassVar[str] = "sign_in.html"
    next: str
    email: str = ""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class LinkPage:
    """One button for an affiliate, which a script presses; a new password for an owner."""

    template: ClassVar[str] = "sign_in_link.html"
    name: str
    email: str
    is_owner: bool
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class DeadLinkPage:
    """A link that was used, is too old, or never was."""

    template: ClassVar[str] = "sign_in_dead_link.html"


def sign_in_routes(parts: Parts) -> list[Any]:
    """The pages under /sign-in, and /sign-out."""
    return [*_password_routes(parts), *_link_routes(parts), _sign_out_route(parts)]


def _password_routes(parts: Parts) -> list[Any]:
    @get("/sign-in")
    async def ask(request: AnyRequest) -> Response[Any]:
        caller = await to_thread(parts.visitor, request)
        if caller is not None:
            return Redirect(home_of(caller), status_code=303)
        return parts.render.page(SignInPage(next=own_path(request.query_params.get("next")) or ""), request)

    @post("/sign-in")
    async def sign_in(request: AnyRequest, data: Form) -> Response[Any]:
        email, way_back = data.get("email", "").strip(), own_path(data.get("next"))
        try:
            session = await _hashing(parts.access.sign_in_with_password, email, data.get("password", ""), parts.address(request))
        except WrongCredentialsError:
            problem = "This email and password do not belong together. Check both, or open the link that you were sent."
            return parts.render.page(SignInPage(next=way_back or "", email=email, problem=problem), request, status=401)
        except TooManyAttemptsError as error:
            problem = f"That was tried too often. Wait {error.retry_after} s, then try again; your account is as it was."
            page = parts.render.page(SignInPage(next=way_back or "", email=email, problem=problem), request, status=429)
            page.headers["retry-after"] = str(error.retry_after)
            return page
        return await to_thread(_arrive, parts, session, way_back)

    return [ask, sign_in]


def _link_routes(parts: Parts) -> list[Any]:
    @get("/sign-in/{token:str}")
    async def look(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
        link = await to_thread(parts.access.link_for, token)
        if link is None:
            return parts.render.page(DeadLinkPage(), request, status=404)
        return parts.render.page(_link_page(link), request)

    @post("/sign-in/{token:str}")
    async def use(request: AnyRequest, token: FromPath[str], data: Form) -> Response[Any]:
        link = await to_thread(parts.access.link_for, token)
        if link is None:
            return parts.render.page(DeadLinkPage(), request, status=404)
        password = data.get("password", "") if link.kind == Kind.TEAM else None
        try:
            session = await _hashing(parts.access.sign_in_with_link, token, password)
        except InvalidInputError as error:
            return parts.render.page(_link_page(link, f"{error.problem[:1].upper()}{error.problem[1:]}."), request, status=422)
        except WrongCredentialsError:
            return parts.render.page(DeadLinkPage(), request, status=404)
        return await to_thread(_arrive, parts, session, None)

    return [look, use]


def _sign_out_route(parts: Parts) -> Any:
    @post("/sign-out")
    async def leave(request: AnyRequest) -> Response[Any]:
        if cookie := parts.session_of(request):
            await to_thread(parts.access.sign_out, cookie)
        return Redirect("/sign-in", status_code=303, cookies=[parts.no_session_cookie()])

    return leave


def _link_page(link: SignInLink, problem: str | None = None) -> LinkPage:
    return LinkPage(name=link.name, email=link.email, is_owner=link.kind == Kind.TEAM, problem=problem)


async def _hashing(sign_in: Callable[..., str], *credentials: str | None) -> str:
    """Sign in where it holds up nobody who does not."""
    return await get_running_loop().run_in_executor(_password_threads, sign_in, *credentials)


def _arrive(parts: Parts, session: str, way_back: str | None) -> Response[Any]:
    """Set the cookie and lead to where the person wanted to go, or home."""
    caller = parts.access.caller_for_session(session)
    home = home_of(caller) if caller else "/"
    return Redirect(way_back or home, status_code=303, cookies=[parts.session_cookie(session)])
