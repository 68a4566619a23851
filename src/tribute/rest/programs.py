"""`/api/v1/programs`: what affiliates are paid. Owners make and change programs; affiliates read those in use, for themselves."""

from typing import Any

from anyio.to_thread import run_sync
from litestar import Response, delete, get, patch, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath

from tribute.access.caller import Caller
from tribute.access.credentials import Credentials
from tribute.rest.bodies import body_of
from tribute.rest.description import takes
from tribute.rest.office_doors import OfficeDoors
from tribute.rest.program_documents import (
    GroupTold,
    NewTrialTold,
    ProgramChange,
    ProgramDocument,
    ProgramList,
    ProgramTold,
    TermsList,
    TermsTold,
    TrialDocument,
    TrialTold,
    WebsiteTold,
    program_document,
    terms_document,
    trial_document,
)
from tribute.rest.serving import CONFLICT, REFUSALS, UNKNOWN, AnyRequest, as_json, changer, reader

_AS_IT_STANDS = {200: ResponseSpec(ProgramDocument, description="The program as it stands now.")}


def program_routes(doors: OfficeDoors, credentials: Credentials) -> list[Any]:
    """The routes of programs and their terms."""
    routes = _Routes(doors, credentials)
    return [*routes.reading(), *routes.making(), *routes.trying(), *routes.parts()]


class _Routes:
    def __init__(self, doors: OfficeDoors, credentials: Credentials) -> None:
        self._doors = doors
        self._credentials = credentials

    def reading(self) -> list[Any]:
        """Routes that only read."""

        @get(
            "/programs",
            summary="Programs by name; to an affiliate those in use, with where they stand",
            sync_to_thread=True,
            responses={200: ResponseSpec(ProgramList, description="All of them."), **REFUSALS},
        )
        def list_programs(request: AnyRequest) -> Response[bytes]:
            caller = reader(self._credentials, request)
            seen = self._doors.programs.programs(caller)
            return as_json(ProgramList([program_document(one, whole=caller.affiliate_id is None) for one in seen]))

        @get(
            "/programs/{program:str}",
            summary="One program by id or name, with the terms that hold and those to come",
            sync_to_thread=True,
            responses={**_AS_IT_STANDS, **REFUSALS, **UNKNOWN},
        )
        def get_program(request: AnyRequest, program: FromPath[str]) -> Response[bytes]:
            return self._program(reader(self._credentials, request), program)

        @get(
            "/programs/{program:str}/terms",
            summary="Every version of a program's terms; the team only",
            sync_to_thread=True,
            responses={200: ResponseSpec(TermsList, description="The first one first."), **REFUSALS, **UNKNOWN},
        )
        def list_terms(request: AnyRequest, program: FromPath[str]) -> Response[bytes]:
            history = self._doors.programs.history(reader(self._credentials, request), program)
            return as_json(TermsList([terms_document(one, whole=True) for one in history]))

        return [list_programs, get_program, list_terms]

    def making(self) -> list[Any]:
        """Routes that make a program or change what it is."""

        @post(
            "/programs",
            operation_class=takes(ProgramTold),
            summary="Add a program with its websites and terms",
            responses={201: ResponseSpec(ProgramDocument, description="Added."), **REFUSALS, **CONFLICT},
        )
        async def add_program(request: AnyRequest) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, ProgramTold)
            office = self._doors.office.programs
            made = await run_sync(
                lambda: office.add(caller, told.name, told.terms, websites=told.websites, groups=told.groups, note=told.note)
            )
            return await run_sync(lambda: self._program(caller, made.id, status=201))

        @patch(
            "/programs/{program:str}",
            operation_class=takes(ProgramChange),
            summary="Rename a program, put it away, or take it up again",
            responses={**_AS_IT_STANDS, **REFUSALS, **UNKNOWN, **CONFLICT},
        )
        async def change_program(request: AnyRequest, program: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, ProgramChange)
            return await run_sync(lambda: self._changed(caller, program, told))

        @post(
            "/programs/{program:str}/terms",
            operation_class=takes(TermsTold),
            summary="Let other terms hold from a time on; orders placed before keep those of their time",
            responses={201: ResponseSpec(ProgramDocument, description="The program as it stands now."), **REFUSALS, **UNKNOWN, **CONFLICT},
        )
        async def set_terms(request: AnyRequest, program: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, TermsTold)
            office = self._doors.office.programs
            await run_sync(lambda: office.set_terms(caller, program, told.terms, effective_from=told.effective_from, note=told.note))
            return await run_sync(lambda: self._program(caller, program, status=201))

        return [add_program, change_program, set_terms]

    def trying(self) -> list[Any]:
        """Routes that try terms and keep nothing."""

        @post(
            "/programs/{program:str}/try",
            operation_class=takes(TrialTold),
            status_code=200,
            summary="Try terms, or those that a program has, on a sample order; nothing is saved",
            responses={200: ResponseSpec(TrialDocument, description="What it would earn."), **REFUSALS, **UNKNOWN},
        )
        async def try_terms(request: AnyRequest, program: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, TrialTold)
            trial = await run_sync(lambda: self._doors.office.trying.try_terms(caller, told.order, told.terms, program=program))
            return as_json(trial_document(trial))

        @post(
            "/program-trials",
            operation_class=takes(NewTrialTold),
            status_code=200,
            summary="Try the terms of a program that is still to be made on a sample order; nothing is saved",
            responses={200: ResponseSpec(TrialDocument, description="What it would earn."), **REFUSALS},
        )
        async def try_new_terms(request: AnyRequest) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, NewTrialTold)
            trial = await run_sync(lambda: self._doors.office.trying.try_terms(caller, told.order, told.terms, groups=told.groups))
            return as_json(trial_document(trial))

        return [try_terms, try_new_terms]

    def parts(self) -> list[Any]:
        """Routes of a program's websites and groups."""

        @post(
            "/programs/{program:str}/websites",
            operation_class=takes(WebsiteTold),
            status_code=200,
            summary="Put a website into a program; orders that were told of before, while it was in none, stay without one",
            responses={**_AS_IT_STANDS, **REFUSALS, **UNKNOWN, **CONFLICT},
        )
        async def add_website(request: AnyRequest, program: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, WebsiteTold)
            await run_sync(self._doors.office.programs.add_website, caller, program, told.website)
            return await run_sync(self._program, caller, program)

        @delete(
            "/programs/{program:str}/websites/{website:str}",
            status_code=200,
            summary="Take a website, by id, domain or name, out of a program; orders placed before are decided as if it were still in",
            responses={**_AS_IT_STANDS, **REFUSALS, **UNKNOWN},
        )
        async def remove_website(request: AnyRequest, program: FromPath[str], website: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            await run_sync(self._doors.office.programs.remove_website, caller, program, website)
            return await run_sync(self._program, caller, program)

        @post(
            "/programs/{program:str}/groups",
            operation_class=takes(GroupTold),
            status_code=200,
            summary="Add a group, for whose affiliates terms can differ",
            responses={**_AS_IT_STANDS, **REFUSALS, **UNKNOWN},
        )
        async def add_group(request: AnyRequest, program: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, GroupTold)
            await run_sync(self._doors.office.programs.add_group, caller, program, told.name)
            return await run_sync(self._program, caller, program)

        return [add_website, remove_website, add_group]

    def _program(self, caller: Caller, program: str, *, status: Any = 200) -> Response[bytes]:
        whole = caller.affiliate_id is None
        return as_json(program_document(self._doors.programs.program(caller, program), whole=whole), status=status)

    def _changed(self, caller: Caller, program: str, told: ProgramChange) -> Response[bytes]:
        office = self._doors.office.programs
        record = self._doors.programs.program(caller, program).record
        if told.archived is not None:
            record = office.archive(caller, record.id, archived=told.archived)
        if told.name is not None:
            record = office.rename(caller, record.id, told.name)
        return self._program(caller, record.id)
