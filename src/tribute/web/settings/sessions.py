"""Sessions: where a person is signed in, this browser marked, and how to end each of them or all others."""

from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from litestar import Response, get, post
from litestar.params import FromPath

from tribute.access.caller import Caller
from tribute.access.devices import UNKNOWN_DEVICE
from tribute.kit.errors import NotFoundError
from tribute.web.after_forms import back_to, said_at, ways_back
from tribute.web.parts import AnyRequest, Parts
from tribute.web.settings.forms import themself
from tribute.web.settings.sections import SettingsFrame, settings_frame

LABEL: Final = "Sessions"
PATH: Final = "/settings/sessions"


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A browser that is signed in."""

    id: str
    device: str
    is_this: bool
    began_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class SessionsPage:
    """All of them; `is_done` after some were ended."""

    template: ClassVar[str] = "settings/sessions.html"
    frame: SettingsFrame
    rows: Sequence[SessionRow]
    is_done: bool


def session_routes(parts: Parts) -> list[Any]:
    """The page, and its forms."""

    @get(PATH, sync_to_thread=True)
    def show(request: AnyRequest) -> Response[Any]:
        return parts.render.page(_page(parts, themself(parts, request), request), request)

    @post(f"{PATH}/others/end")
    async def end_others(request: AnyRequest) -> Response[Any]:
        return await to_thread(_end_others, parts, request)

    @post(PATH + "/{session_id:str}/end")
    async def end_one(request: AnyRequest, session_id: FromPath[str]) -> Response[Any]:
        return await to_thread(_end_one, parts, request, session_id)

    return [show, end_others, end_one, ways_back(PATH, f"{PATH}/others/end", PATH + "/{session_id:str}/end")]


def _end_others(parts: Parts, request: AnyRequest) -> Response[Any]:
    parts.keys.end_other_sessions(themself(parts, request), parts.session_of(request) or "")
    return back_to(parts, PATH, say="ended")


def _end_one(parts: Parts, request: AnyRequest, session_id: str) -> Response[Any]:
    try:
        parts.keys.end_session(themself(parts, request), session_id)
    except NotFoundError:  # ended already, which is what was asked for; another person's looks the same
        return back_to(parts, PATH)
    return back_to(parts, PATH, say="ended")


def _page(parts: Parts, caller: Caller, request: AnyRequest) -> SessionsPage:
    told = parts.keys.sessions(caller, parts.session_of(request) or "")
    return SessionsPage(
        frame=settings_frame(parts, caller, LABEL),
        rows=[
            SessionRow(one.open.id, one.open.device or UNKNOWN_DEVICE, one.is_this, one.open.created_at, one.open.last_seen_at)
            for one in told
        ],
        is_done=said_at(parts, request) == "ended",
    )
