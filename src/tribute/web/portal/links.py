"""The portal's links: a tagged link to any page of the websites, short links that are kept, and coupon codes. Complete without scripts.

The builder's state is the address; only making a short link changes anything, and is a form of its own.
"""

from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from tribute.access.caller import Caller
from tribute.kit.errors import ConflictError, InvalidInputError
from tribute.reports.promoters import LinkSeen
from tribute.web.parts import AnyRequest, Parts
from tribute.web.portal.options import Option

PATH: Final = "/links"
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Built:
    """What was typed into the builder, and the tagged link that it makes; `problem` is of the field that it names."""

    website: str
    to: str = ""
    sub_id: str = ""
    slug: str = ""
    url: str | None = None
    field: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A short link in the list."""

    url: str
    website: str
    destination: str
    sub_id: str | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class CouponRow:
    """A code for customers."""

    code: str
    program: str
    works: bool


@dataclass(frozen=True, slots=True)
class LinksPage:
    """Everything the page shows."""

    template: ClassVar[str] = "portal/links.html"
    name: str
    code: str
    built: Built
    websites: Sequence[Option]
    links: Sequence[LinkRow]
    coupons: Sequence[CouponRow]


def link_routes(parts: Parts) -> list[Any]:
    """The page, and the form that keeps a short link."""

    @get(PATH)
    async def links(request: AnyRequest) -> Response[Any]:
        return await to_thread(_show, parts, request)

    @post(PATH)
    async def keep(request: AnyRequest, data: Form) -> Response[Any]:
        return await to_thread(_keep, parts, request, {name: value[:_LONGEST] for name, value in data.items()})

    return [links, keep]


def _show(parts: Parts, request: AnyRequest) -> Response[Any]:
    caller = parts.caller(request)
    if caller.is_team:
        return Redirect("/owner", status_code=303)
    asked = {name: value[:_LONGEST] for name, value in request.query_params.items()}
    built = _built(parts, caller, asked, show=bool(asked.get("website")))
    return parts.render.page(_page(parts, caller, built, asked.get("made")), request)


def _keep(parts: Parts, request: AnyRequest, told: dict[str, str]) -> Response[Any]:
    """Make a short link and show it in the list; or show the form again with what is wrong."""
    caller = parts.caller(request)
    given = {name: told.get(name, "").strip() or None for name in ("slug", "to", "sub")}
    try:
        made = parts.office.affiliates.add_link(caller, told.get("website", ""), slug=given["slug"], to=given["to"], sub_id=given["sub"])
    except (InvalidInputError, ConflictError) as error:
        field, problem = (error.field, error.problem) if isinstance(error, InvalidInputError) else ("slug", str(error))
        built = _built(parts, caller, told, show=True, field=field, problem=problem)
        return parts.render.page(_page(parts, caller, built, None), request, status=422)
    return Redirect(f"{PATH}?{urlencode({'made': made.id})}#{made.id}", status_code=303)


def _built(
    parts: Parts, caller: Caller, told: dict[str, str], *, show: bool, field: str | None = None, problem: str | None = None
) -> Built:
    website, to, sub_id = told.get("website", ""), told.get("to", ""), told.get("sub", "")
    url = None
    if show:
        try:
            url = parts.ledger.tagging.tagged(caller, website, to=to, sub_id=sub_id)
        except InvalidInputError as error:
            field, problem = error.field, error.problem
    sentence = f"{problem[:1].upper()}{problem[1:]}." if problem else None
    return Built(website, to, sub_id, told.get("slug", ""), url, field, sentence)


def _page(parts: Parts, caller: Caller, built: Built, made: str | None) -> LinksPage:
    profile, reports = parts.accounts.profile(caller), parts.ledger
    coupons = [
        CouponRow(seen.record.code, program.record.name, seen.record.disabled_at is None)
        for program in reports.programs.programs(caller)
        for seen in reports.programs.coupons(caller, program.record.id)
    ]
    return LinksPage(
        name=profile.name,
        code=profile.code or "",
        built=built,
        websites=[Option(name, name, name == built.website) for name in reports.tagging.websites(caller)],
        links=[_row(parts, seen, made) for seen in reversed(reports.promoters.links(caller))],
        coupons=coupons,
    )


def _row(parts: Parts, seen: LinkSeen, made: str | None) -> LinkRow:
    record = seen.record
    return LinkRow(parts.public_url.rstrip("/") + seen.path, seen.website, seen.destination, record.sub_id, record.id == made)
