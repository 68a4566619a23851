"""The pages for what goes wrong: what happened, what was kept, what to do. Never a stack trace, never a cause that only we understand."""

import secrets
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

import structlog
from litestar import Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from tribute.access.caller import NotAllowedError
from tribute.kit.errors import NotFoundError, UnavailableError
from tribute.web.parts import AnyRequest, SignInNeededError
from tribute.web.rendering import Renderer
from tribute.web.security import own_path

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FaultPage:
    """One thing that went wrong, in three short parts."""

    template: ClassVar[str] = "fault.html"
    title: str
    told: str
    action: str
    href: str
    reference: str | None = None


NOT_FOUND = FaultPage(
    "There is no such page", "The address may be mistyped, or the page has moved. Nothing of yours is lost.", "Go to the first page", "/"
)
NOT_ALLOWED = FaultPage(
    "This page is not yours to see", "You are signed in, as somebody else than it is meant for.", "Go to your first page", "/"
)
FORM_TOO_OLD = FaultPage(
    "The form was not sent",
    "It was open for too long, or came from another site. Nothing was changed. Open the page again and send the form from there.",
    "Go to the first page",
    "/",
)
BAD_REQUEST = FaultPage(
    "This could not be read", "The browser sent something this page does not know. Nothing was changed.", "Go to the first page", "/"
)
UNAVAILABLE = FaultPage(
    "The numbers are not to be had right now",
    "They are safe, and visits go on being counted. This page usually works again within a minute.",
    "Try again",
    "",
)
INTERNAL = FaultPage(
    "This page broke",
    "The fault is ours and has been written down. Your data is untouched, and visits go on being counted.",
    "Try again",
    "",
)


@dataclass(frozen=True, slots=True)
class BrokenOffPage:
    """What stands in the place of the rest of a page that had begun."""

    template: ClassVar[str] = "broken_off.html"
    fault: FaultPage


def broken_off(error: Exception) -> BrokenOffPage:
    """A page's rest cannot be shown: what is unforeseen is logged under the reference that is told."""
    return BrokenOffPage(UNAVAILABLE if isinstance(error, UnavailableError) else _logged(error))


def _logged(error: Exception) -> FaultPage:
    reference = secrets.token_hex(4)
    _log.error("page_failed", reference=reference, exc_info=error)
    return FaultPage(INTERNAL.title, INTERNAL.told, INTERNAL.action, INTERNAL.href, reference)


def fault_handlers(render: Renderer) -> dict[Any, Any]:
    """Exception handlers for the whole application."""

    def shown(page: FaultPage, status: int) -> Any:
        def handle(request: AnyRequest, _error: Exception) -> Response[Any]:
            return render.page(page, request, status=status)

        return handle

    def refused(request: AnyRequest, error: Exception) -> Response[Any]:
        page = (
            NOT_ALLOWED if request.method in {"GET", "HEAD"} else FaultPage("Nothing was changed", str(error), "Go to your first page", "/")
        )
        return render.page(page, request, status=403)

    def http(request: AnyRequest, error: HTTPException) -> Response[Any]:
        page = {403: FORM_TOO_OLD, 404: NOT_FOUND, 405: NOT_FOUND}.get(
            error.status_code, BAD_REQUEST if error.status_code < 500 else INTERNAL
        )
        return render.page(page, request, status=error.status_code)

    def unforeseen(request: AnyRequest, error: Exception) -> Response[Any]:
        return render.page(_logged(error), request, status=500)

    return {
        SignInNeededError: _to_sign_in,
        NotAllowedError: refused,
        NotFoundError: shown(NOT_FOUND, 404),
        UnavailableError: shown(UNAVAILABLE, 503),
        HTTPException: http,
        Exception: unforeseen,
    }


def _to_sign_in(request: AnyRequest, _error: Exception) -> Response[Any]:
    address = urlsplit(str(request.url))
    wanted = own_path(address.path + (f"?{address.query}" if address.query else ""))
    return Redirect(f"/sign-in?next={quote(wanted, safe='')}" if wanted and wanted != "/" else "/sign-in", status_code=303)
