"""`/api/v1/applications` and `/api/v1/programs/…/sign-up`: who asks to be an affiliate, the team's answers, and where strangers ask.

A way to sign in is never in an answer: it is mailed, or made in the console.
"""

from typing import Annotated, Any

from anyio.to_thread import run_sync
from litestar import Response, get, patch, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from tribute.access.caller import Caller
from tribute.access.credentials import Credentials
from tribute.ledger.applications import ApplicationState
from tribute.office.sign_ups import SignUpChange
from tribute.rest.application_documents import (
    ApplicationDocument,
    ApplicationPage,
    ApprovalTold,
    RejectionTold,
    SignUpDocument,
    SignUpTold,
    application_document,
    application_page,
    sign_up_document,
)
from tribute.rest.bodies import body_of
from tribute.rest.description import takes
from tribute.rest.office_doors import OfficeDoors
from tribute.rest.serving import CONFLICT, REFUSALS, UNKNOWN, AnyRequest, Cursor, Limit, as_json, changer, reader, text_of

Outcome = Annotated[ApplicationState, QueryParameter(name="state", description="Only these; those that are `waiting` wait for you.")]
Search = Annotated[str, QueryParameter(name="search", description="Only whose name, address or code has this text.")]
_ANSWERED = {200: ResponseSpec(ApplicationDocument, description="Answered."), **REFUSALS, **UNKNOWN, **CONFLICT}


def application_routes(doors: OfficeDoors, credentials: Credentials) -> list[Any]:
    """The routes of applications and sign-up pages."""
    routes = _Routes(doors, credentials)
    return [routes.listing(), *routes.answers(), *routes.sign_ups()]


class _Routes:
    def __init__(self, doors: OfficeDoors, credentials: Credentials) -> None:
        self._doors = doors
        self._credentials = credentials

    def listing(self) -> Any:
        """Who asks to come in."""

        @get(
            "/applications",
            summary="Applications, the latest first; the team only",
            sync_to_thread=True,
            responses={200: ResponseSpec(ApplicationPage, description="A page of them."), **REFUSALS},
        )
        def list_applications(
            request: AnyRequest, *, outcome: Outcome = "waiting", search: Search = "", cursor: Cursor = None, limit: Limit = 50
        ) -> Response[bytes]:
            caller, text = reader(self._credentials, request), text_of("search", search) or ""
            return as_json(application_page(self._doors.joining.applications(caller, outcome, search=text, cursor=cursor, limit=limit)))

        return list_applications

    def answers(self) -> list[Any]:
        """What the team answers them."""

        @post(
            "/applications/{application_id:str}/approve",
            operation_class=takes(ApprovalTold),
            status_code=200,
            summary="Let in who applied, by the code that they asked for or another; they are told by mail",
            responses=_ANSWERED,
        )
        async def approve(request: AnyRequest, application_id: FromPath[str]) -> Response[bytes]:
            caller, told = await changer(self._credentials, request), await body_of(request, ApprovalTold)
            office = self._doors.office.applications
            await run_sync(lambda: office.approve(caller, application_id, code=told.code, group=told.group))
            return await run_sync(self._application, caller, application_id)

        @post(
            "/applications/{application_id:str}/reject",
            operation_class=takes(RejectionTold),
            status_code=200,
            summary="Turn down who applied, with a reason that they are told by mail",
            responses=_ANSWERED,
        )
        async def reject(request: AnyRequest, application_id: FromPath[str]) -> Response[bytes]:
            caller, told = await changer(self._credentials, request), await body_of(request, RejectionTold)
            await run_sync(self._doors.office.applications.reject, caller, application_id, told.reason)
            return await run_sync(self._application, caller, application_id)

        return [approve, reject]

    def sign_ups(self) -> list[Any]:
        """Programs' sign-up pages."""

        @get(
            "/programs/{program:str}/sign-up",
            summary="A program's sign-up page as it stands, published or not; the team only",
            responses={200: ResponseSpec(SignUpDocument, description="The page."), **REFUSALS, **UNKNOWN},
        )
        async def get_sign_up(request: AnyRequest, program: FromPath[str]) -> Response[bytes]:
            return await run_sync(lambda: self._sign_up(reader(self._credentials, request), program))

        @patch(
            "/programs/{program:str}/sign-up",
            operation_class=takes(SignUpTold),
            summary="Change a program's sign-up page; what is left out stays as it is",
            responses={200: ResponseSpec(SignUpDocument, description="The page as it stands now."), **REFUSALS, **UNKNOWN, **CONFLICT},
        )
        async def change_sign_up(request: AnyRequest, program: FromPath[str]) -> Response[bytes]:
            caller, told = await changer(self._credentials, request), await body_of(request, SignUpTold)
            wanted = SignUpChange(told.is_published, told.slug, told.welcome, told.terms_text, told.questions)
            await run_sync(self._doors.office.sign_ups.change, caller, program, wanted)
            return await run_sync(self._sign_up, caller, program)

        return [get_sign_up, change_sign_up]

    def _application(self, caller: Caller, application_id: str) -> Response[bytes]:
        return as_json(application_document(self._doors.joining.application(caller, application_id)))

    def _sign_up(self, caller: Caller, program: str) -> Response[bytes]:
        return as_json(sign_up_document(self._doors.joining.draft(caller, program), self._doors.public_url))
