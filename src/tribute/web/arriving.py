"""What every way of signing in ends with: cookies, and where to go from there. Called by the sign-in pages.

Invariant: a session that the browser brought along is ended, never taken over, and only addresses of our own are gone to.
"""

from asyncio import get_running_loop, to_thread
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar
from urllib.parse import quote

from litestar import Response
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from tribute.access.arrival import SecondFactorNeededError
from tribute.access.throttle import TooManyAttemptsError
from tribute.web.parts import AnyRequest, Parts, home_of
from tribute.web.rendering import Page
from tribute.web.security import own_path

_password_threads = ThreadPoolExecutor(4, "passwords")
"""Hashing is slow on purpose, and guesses may come in crowds: they wait for each other and for nobody else."""

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@dataclass(frozen=True, slots=True)
class DeadLinkPage:
    """A link that was used, is too old, or never was."""

    template: ClassVar[str] = "sign_in_dead_link.html"
    mails: bool


async def hashing(work: Callable[..., str], *credentials: str | None) -> str:
    """Do what compares or makes a password where it holds up nobody who does not."""
    return await get_running_loop().run_in_executor(_password_threads, work, *credentials)


async def arrived(parts: Parts, request: AnyRequest, session: str, way_back: str | None) -> Response[Any]:
    """Set the cookie and lead to where the person wanted to go, or home."""
    return await to_thread(_arrive, parts, request, session, own_path(way_back))


def _arrive(parts: Parts, request: AnyRequest, session: str, way_back: str | None) -> Response[Any]:
    if (brought := parts.session_of(request)) is not None:
        parts.access.sign_out(brought)
    caller = parts.access.caller_for_session(session)
    home = home_of(caller) if caller else "/"
    return Redirect(way_back or home, status_code=303, cookies=[parts.session_cookie(session), parts.no_step_cookie()])


def second_step(parts: Parts, needed: SecondFactorNeededError, way_back: str | None) -> Response[Any]:
    """Go on to the second step, in this browser."""
    return Redirect(f"/sign-in/second{next_query(way_back)}", status_code=303, cookies=[parts.step_cookie(needed.step)])


def next_query(way_back: str | None) -> str:
    """The way back as a query, empty where there is none on this site."""
    path = own_path(way_back)
    return f"?next={quote(path, safe='')}" if path else ""


def dead_link(parts: Parts, request: AnyRequest) -> Response[Any]:
    """There is nothing behind this link (any more)."""
    return parts.render.page(DeadLinkPage(mails=parts.doors.mailed.are_sent), request, status=404)


def tried_too_often(parts: Parts, request: AnyRequest, error: TooManyAttemptsError, page: Page) -> Response[Any]:
    """The page again, which says how long to wait."""
    answer = parts.render.page(page, request, status=429)
    answer.headers["retry-after"] = str(error.retry_after)
    return answer


def wait_words(error: TooManyAttemptsError) -> str:
    """What that page says."""
    return f"That was tried too often. Wait {error.retry_after} s, then try again; your account is as it was."
