"""Signing in with a password, asking for a link by mail, and signing out. Who has an account, no answer tells."""

from asyncio import to_thread
from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Response, get, post
from litestar.response import Redirect

from tribute.access.arrival import SecondFactorNeededError
from tribute.access.caller import WrongCredentialsError
from tribute.access.throttle import TooManyAttemptsError
from tribute.web.after_forms import ways_back
from tribute.web.arriving import Form, arrived, hashing, second_step, tried_too_often, wait_words
from tribute.web.parts import AnyRequest, Parts, home_of
from tribute.web.security import own_path


@dataclass(frozen=True, slots=True)
class SignInPage:
    """Email, password, and what else there is. `problem` is told above the form, `email` is kept from the last try.

    `again` says that the person is signed in and must show who they are once more.
    """

    template: ClassVar[str] = "sign_in.html"
    next: str
    mails: bool
    passkeys: bool
    email: str = ""
    problem: str | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class ForgotPage:
    """The e-mail address of whoever forgot the password."""

    template: ClassVar[str] = "forgot.html"
    mails: bool
    email: str = ""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class SentPage:
    """What happens next, whether the address has an account or not."""

    template: ClassVar[str] = "sign_in_sent.html"
    is_reset: bool


def sign_in_routes(parts: Parts) -> list[Any]:
    """`/sign-in`, `/forgot`, `/sign-in/sent` and `/sign-out`."""
    return [*_password_routes(parts), *_forgot_routes(parts), _sign_out_route(parts), ways_back("/sign-in", "/sign-out")]


def _password_routes(parts: Parts) -> list[Any]:
    def page(way_back: str | None, **shown: Any) -> SignInPage:
        mails, passkeys = parts.doors.mailed.are_sent, parts.doors.entrance.takes_passkeys
        return SignInPage(next=own_path(way_back) or "", mails=mails, passkeys=passkeys, **shown)

    @get("/sign-in")
    async def ask(request: AnyRequest) -> Response[Any]:
        again = "again" in request.query_params
        caller = await to_thread(parts.visitor, request)
        if caller is not None and not again:
            return Redirect(home_of(caller), status_code=303)
        return parts.render.page(page(request.query_params.get("next"), again=again and caller is not None), request)

    @post("/sign-in")
    async def sign_in(request: AnyRequest, data: Form) -> Response[Any]:
        email, password, way_back = data.get("email", "").strip(), data.get("password", ""), data.get("next")
        try:
            if parts.doors.mailed.are_sent and (data.get("how") == "link" or not password):
                await to_thread(parts.doors.mailed.ask_to_sign_in, email, parts.address(request), own_path(way_back))
                return Redirect("/sign-in/sent", status_code=303)
            session = await hashing(parts.access.sign_in_with_password, email, password, parts.address(request))
        except SecondFactorNeededError as needed:
            return second_step(parts, needed, way_back)
        except WrongCredentialsError:
            problem = "This email and password do not belong together. Check both, or open the link that you were sent."
            return parts.render.page(page(way_back, email=email, problem=problem), request, status=401)
        except TooManyAttemptsError as error:
            return tried_too_often(parts, request, error, page(way_back, email=email, problem=wait_words(error)))
        return await arrived(parts, request, session, way_back)

    return [ask, sign_in]


def _forgot_routes(parts: Parts) -> list[Any]:
    @get("/forgot")
    async def ask(request: AnyRequest) -> Response[Any]:
        return parts.render.page(ForgotPage(mails=parts.doors.mailed.are_sent), request)

    @post("/forgot")
    async def send(request: AnyRequest, data: Form) -> Response[Any]:
        email = data.get("email", "").strip()
        try:
            await to_thread(parts.doors.mailed.ask_to_reset, email, parts.address(request))
        except TooManyAttemptsError as error:
            page = ForgotPage(mails=parts.doors.mailed.are_sent, email=email, problem=wait_words(error))
            return tried_too_often(parts, request, error, page)
        return Redirect("/forgot/sent", status_code=303)

    @get("/sign-in/sent")
    async def sent(request: AnyRequest) -> Response[Any]:
        return parts.render.page(SentPage(is_reset=False), request)

    @get("/forgot/sent")
    async def sent_to_reset(request: AnyRequest) -> Response[Any]:
        return parts.render.page(SentPage(is_reset=True), request)

    return [ask, send, sent, sent_to_reset]


def _sign_out_route(parts: Parts) -> Any:
    @post("/sign-out")
    async def leave(request: AnyRequest) -> Response[Any]:
        if cookie := parts.session_of(request):
            await to_thread(parts.access.sign_out, cookie)
        return Redirect("/sign-in", status_code=303, cookies=[parts.no_session_cookie()])

    return leave
