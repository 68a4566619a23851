"""The second step of signing in, and signing in with a passkey. What a browser began here, only that browser finishes."""

from asyncio import to_thread
from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Response, get, post
from litestar.response import Redirect

from tribute.access.caller import WrongCredentialsError
from tribute.access.entrance import StepOverError
from tribute.access.throttle import TooManyAttemptsError
from tribute.web.after_forms import ways_back
from tribute.web.arriving import Form, arrived, tried_too_often, wait_words
from tribute.web.parts import AnyRequest, Parts
from tribute.web.security import own_path


@dataclass(frozen=True, slots=True)
class SecondPage:
    """A code of the app, or a recovery code."""

    template: ClassVar[str] = "second_step.html"
    next: str
    passkeys: bool
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class StepOverPage:
    """A step that was begun too long ago, or tried too often, or a passkey that nobody here knows."""

    template: ClassVar[str] = "sign_in_over.html"
    title: str
    told: str


_OVER = StepOverPage("Sign in from the start", "This took too long, or was tried too often. Nothing has changed.")
_NO_PASSKEY = StepOverPage("This passkey did not work", "It may have been removed, or took too long. Try again, or sign in another way.")


def second_step_routes(parts: Parts) -> list[Any]:
    """`/sign-in/second` and `/sign-in/passkey…`."""
    return [*_code_routes(parts), *_passkey_routes(parts)]


def _code_routes(parts: Parts) -> list[Any]:
    def page(way_back: str | None, problem: str | None = None) -> SecondPage:
        return SecondPage(next=own_path(way_back) or "", passkeys=parts.doors.entrance.takes_passkeys, problem=problem)

    @get("/sign-in/second")
    async def ask(request: AnyRequest) -> Response[Any]:
        if not await to_thread(parts.doors.entrance.is_waiting, parts.step_of(request)):
            return Redirect("/sign-in", status_code=303)
        return parts.render.page(page(request.query_params.get("next")), request)

    @post("/sign-in/second")
    async def finish(request: AnyRequest, data: Form) -> Response[Any]:
        way_back, step = data.get("next"), parts.step_of(request)
        try:
            session = await to_thread(parts.doors.entrance.finish, step, data.get("code", "")[:200], parts.address(request))
        except StepOverError:
            return parts.render.page(_OVER, request, status=401)
        except WrongCredentialsError:
            if not await to_thread(parts.doors.entrance.is_waiting, step):
                return parts.render.page(_OVER, request, status=401)
            problem = "This code is not right, or was used already. Wait for the app's next one, and look whether its clock is right."
            return parts.render.page(page(way_back, problem), request, status=401)
        except TooManyAttemptsError as error:
            return tried_too_often(parts, request, error, page(way_back, wait_words(error)))
        return await arrived(parts, request, session, way_back)

    return [ask, finish]


def _passkey_routes(parts: Parts) -> list[Any]:
    @post("/sign-in/passkey/options")
    async def options(request: AnyRequest) -> Response[Any]:
        try:
            step, asked = await to_thread(parts.doors.entrance.begin_passkey, parts.step_of(request), parts.address(request))
        except TooManyAttemptsError as error:
            return Response({"problem": wait_words(error)}, status_code=429, headers={"retry-after": str(error.retry_after)})
        return Response(asked, status_code=200, cookies=[parts.step_cookie(step)])

    @post("/sign-in/passkey")
    async def finish(request: AnyRequest, data: Form) -> Response[Any]:
        try:
            session = await to_thread(parts.doors.entrance.finish_passkey, parts.step_of(request), data.get("credential", ""))
        except WrongCredentialsError:
            return parts.render.page(_NO_PASSKEY, request, status=401)
        return await arrived(parts, request, session, data.get("next"))

    return [options, finish, ways_back("/sign-in", "/sign-in/passkey", "/sign-in/passkey/options")]
