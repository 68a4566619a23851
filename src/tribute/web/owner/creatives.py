"""The console's page of a program's texts and banners: what affiliates find on their links page, to add to and to remove from."""

from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from tribute.access.caller import Caller
from tribute.kit.errors import ConflictError, InvalidInputError
from tribute.ledger.rules.images import LARGEST_IMAGE
from tribute.reports.scope import require_team
from tribute.web.after_forms import back_to, said_at, ways_back
from tribute.web.creative_images import CREATIVES
from tribute.web.parts import AnyRequest, Parts

Upload = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
_LARGEST_FORM: Final = LARGEST_IMAGE + 50_000
_PATH: Final = "/owner/programs/{program_id:str}/creatives"
_DONE: Final = {
    "added": "Added. Affiliates find it on their page of links.",
    "removed": "Removed. Affiliates find it no more; where they put it already, it stays.",
}


@dataclass(frozen=True, slots=True)
class CreativeShown:
    """A text, or a banner with the address of its image."""

    id: str
    text: str
    image: str | None
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class CreativesPage:
    """Everything the page shows."""

    template: ClassVar[str] = "owner/creatives.html"
    name: str
    program_id: str
    program: str
    creatives: Sequence[CreativeShown]
    typed: str
    problem: str | None
    done: str | None
    may_change: bool


def creative_routes(parts: Parts) -> list[Any]:
    """The page, and the forms that add and remove. Viewers only look; an affiliate gets 403."""

    @get(_PATH)
    async def look(request: AnyRequest, program_id: FromPath[str]) -> Response[Any]:
        return await to_thread(_show, parts, request, program_id)

    @post(_PATH, request_max_body_size=_LARGEST_FORM)
    async def add(request: AnyRequest, program_id: FromPath[str], data: Upload) -> Response[Any]:
        upload = data.get("image")
        image = await upload.read() if isinstance(upload, UploadFile) else b""
        return await to_thread(_add, parts, request, program_id, str(data.get("text", "")), image or None)

    @post(f"{_PATH}/remove")
    async def remove(request: AnyRequest, program_id: FromPath[str], data: Form) -> Response[Any]:
        return await to_thread(_remove, parts, request, program_id, data.get("creative", ""))

    return [look, add, remove, ways_back("/owner/programs/{program_id}/creatives", f"{_PATH}/remove")]


def _show(parts: Parts, request: AnyRequest, program_id: str) -> Response[Any]:
    done = _DONE.get(said_at(parts, request) or "")
    return parts.render.page(_page(parts, _team_member(parts, request), program_id, done=done), request)


def _add(parts: Parts, request: AnyRequest, program_id: str, text: str, image: bytes | None) -> Response[Any]:
    caller = _team_member(parts, request)
    try:
        parts.office.creatives.add(caller, program_id, text, image)
    except (InvalidInputError, ConflictError) as error:
        what = f"The {error.field} {error.problem}" if isinstance(error, InvalidInputError) else str(error)
        page = _page(parts, caller, program_id, typed=text, problem=f"Nothing was added. {what[:1].upper()}{what[1:]}.")
        return parts.render.page(page, request, status=422)
    return _back(parts, program_id, "added")


def _remove(parts: Parts, request: AnyRequest, program_id: str, creative_id: str) -> Response[Any]:
    parts.office.creatives.remove(_team_member(parts, request), creative_id)
    return _back(parts, program_id, "removed")


def _team_member(parts: Parts, request: AnyRequest) -> Caller:
    caller = parts.caller(request)
    require_team(caller)
    return caller


def _back(parts: Parts, program_id: str, say: str) -> Redirect:
    return back_to(parts, _PATH.replace("{program_id:str}", program_id), say=say)


def _page(
    parts: Parts, caller: Caller, program_id: str, *, typed: str = "", problem: str | None = None, done: str | None = None
) -> CreativesPage:
    seen = parts.ledger.creatives.of_program(caller, program_id)
    return CreativesPage(
        name=parts.accounts.profile(caller).name,
        program_id=seen.program_id,
        program=seen.program,
        creatives=[
            CreativeShown(one.id, one.text, f"{CREATIVES}{one.id}" if one.media_type else None, one.width, one.height)
            for one in seen.creatives
        ],
        typed=typed,
        problem=problem,
        done=done,
        may_change=caller.may_change,
    )
