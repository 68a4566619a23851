"""The portal's links: a tagged link to any page of the websites, short links that are kept, and coupon codes. Complete without scripts.

The builder's state, and that of the check of a pasted link, is the address; only making a short link changes anything, and is a form of
its own.
"""

from asyncio import to_thread
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from tribute.access.caller import Caller
from tribute.analytics.definitions import Metric, TimeWindow
from tribute.analytics.dimensions import Dimension
from tribute.analytics.query import MOST_ROWS
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError
from tribute.reports.analytics import Question
from tribute.reports.promoters import LinkSeen
from tribute.web.after_forms import back_to, said_at
from tribute.web.amounts import Amount
from tribute.web.parts import AnyRequest, Parts
from tribute.web.portal.creatives import CreativeGiven, creatives_given
from tribute.web.portal.link_check import CheckShown, check_shown
from tribute.web.portal.options import Option
from tribute.web.portal.qr import MEDIA_TYPES, Kind, qr_code

PATH: Final = "/links"
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
_LONGEST: Final = 2_000
_FIELDS: Final = ("website", "to", "sub", "campaign")
"""What the builder asks, and with what a built link's QR code is asked for."""


@dataclass(frozen=True, slots=True)
class Built:
    """What was typed into the builder, and the tagged link that it makes; `problem` is of the field that it names."""

    website: str
    to: str = ""
    sub_id: str = ""
    campaign: str = ""
    slug: str = ""
    url: str | None = None
    qr: str = ""
    """What the addresses of its QR code ask."""
    field: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """What came of a link in the last 30 days, and the overview of it."""

    clicks: int
    conversions: int
    commissions: Amount
    href: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A short link in the list."""

    id: str
    url: str
    website: str
    destination: str
    sub_id: str | None
    is_new: bool
    results: Results
    qr: str


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
    may_keep: bool
    built: Built
    websites: Sequence[Option]
    links: Sequence[LinkRow]
    is_made: bool
    """A link was just made: the one that is new."""
    unnamed: Results
    """Of tagged links that are no short ones."""
    checked: CheckShown | None
    creatives: Sequence[CreativeGiven]
    coupons: Sequence[CouponRow]


def link_routes(parts: Parts) -> list[Any]:
    """The page, the form that keeps a short link, and QR codes."""

    @get(PATH)
    async def links(request: AnyRequest) -> Response[Any]:
        return await to_thread(_show, parts, request)

    @post(PATH)
    async def keep(request: AnyRequest, data: Form) -> Response[Any]:
        return await to_thread(_keep, parts, request, _cut(data))

    @get(f"{PATH}/qr.svg")
    async def svg(request: AnyRequest) -> Response[bytes]:
        return await to_thread(_qr, parts, request, "svg")

    @get(f"{PATH}/qr.png")
    async def png(request: AnyRequest) -> Response[bytes]:
        return await to_thread(_qr, parts, request, "png")

    return [links, keep, svg, png]


def _cut(told: Mapping[str, str]) -> dict[str, str]:
    return {name: value[:_LONGEST] for name, value in told.items()}


def _show(parts: Parts, request: AnyRequest) -> Response[Any]:
    caller = parts.caller(request)
    if caller.is_team:
        return Redirect("/owner", status_code=303)
    asked = _cut(request.query_params)
    built = _built(parts, caller, asked, show=bool(asked.get("website")))
    made_id = (said_at(parts, request) or "").removeprefix("made.")
    return parts.render.page(_page(parts, caller, built, made_id=made_id, check=asked.get("check", "").strip()), request)


def _keep(parts: Parts, request: AnyRequest, told: dict[str, str]) -> Response[Any]:
    """Make a short link and show it in the list; or show the form again with what is wrong."""
    caller = parts.caller(request)
    try:
        page = parts.ledger.tagging.tagged(caller, told.get("website", ""), to=told.get("to", ""), campaign=told.get("campaign", "")).page
        given = {name: told.get(name, "").strip() or None for name in ("slug", "sub")}
        made = parts.office.affiliates.add_link(caller, told.get("website", ""), slug=given["slug"], to=page or None, sub_id=given["sub"])
    except (InvalidInputError, ConflictError) as error:
        field, problem = (error.field, error.problem) if isinstance(error, InvalidInputError) else ("slug", str(error))
        built = _built(parts, caller, told, show=True, field=field, problem=problem)
        return parts.render.page(_page(parts, caller, built), request, status=422)
    return back_to(parts, PATH, say=f"made.{made.id}", at=f"#{made.id}")


def _qr(parts: Parts, request: AnyRequest, kind: Kind) -> Response[bytes]:
    """The QR code of a link of the caller's own: a short one by its id, or what the builder makes of the same fields."""
    caller, asked = parts.caller(request), _cut(request.query_params)
    name = asked.get("link")
    if name is not None:
        url = next((_url(parts, one) for one in parts.ledger.promoters.links(caller) if one.record.id == name), None)
    else:
        url = _built(parts, caller, asked, show=True).url
    if url is None:
        raise NotFoundError("You have no such link; build it, and take its QR code from there.")
    headers = {"content-disposition": f'inline; filename="link.{kind}"'}
    return Response(qr_code(url, kind), media_type=MEDIA_TYPES[kind], headers=headers)


def _built(
    parts: Parts, caller: Caller, told: Mapping[str, str], *, show: bool, field: str | None = None, problem: str | None = None
) -> Built:
    website, to, sub_id, campaign = (told.get(name, "") for name in _FIELDS)
    url = None
    if show:
        try:
            url = parts.ledger.tagging.tagged(caller, website, to=to, sub_id=sub_id, campaign=campaign).url
        except InvalidInputError as error:
            field, problem = error.field, error.problem
    sentence = f"{problem[:1].upper()}{problem[1:]}." if problem else None
    qr = urlencode({name: told[name] for name in _FIELDS if told.get(name)})
    return Built(website, to, sub_id, campaign, told.get("slug", ""), url, qr, field, sentence)


def _page(parts: Parts, caller: Caller, built: Built, *, made_id: str = "", check: str = "") -> LinksPage:
    profile, reports = parts.accounts.profile(caller), parts.ledger
    results, links = _results(parts, caller), reversed(reports.promoters.links(caller))
    checked = check_shown(check, reports.link_checks.check(caller, check, parts.public_url)) if check else None
    return LinksPage(
        name=profile.name,
        code=profile.code or "",
        may_keep=caller.may_make_links,
        built=built,
        websites=[Option(name, name, name == built.website) for name in reports.tagging.websites(caller)],
        links=[_row(parts, seen, results, is_new=seen.record.id == made_id) for seen in links],
        is_made=bool(made_id),
        unnamed=results[None],
        checked=checked,
        creatives=creatives_given(parts, caller, built.website),
        coupons=_coupons(parts, caller),
    )


def _coupons(parts: Parts, caller: Caller) -> list[CouponRow]:
    return [
        CouponRow(seen.record.code, program.record.name, seen.record.disabled_at is None)
        for program in parts.ledger.programs.programs(caller)
        for seen in parts.ledger.programs.coupons(caller, program.record.id)
    ]


def _results(parts: Parts, caller: Caller) -> dict[str | None, Results]:
    """What came of each short link by its name in the last 30 days, in the main currency; under None, of all other links."""
    metrics = (Metric.CLICKS, Metric.CONVERSIONS, Metric.COMMISSIONS)
    question = Question(metrics=metrics, window=TimeWindow.LAST_30_DAYS, dimension=Dimension.LINK, top=MOST_ROWS)
    report = parts.analytics.report(caller, question)
    currency = report.query.currency or ""
    found: dict[str | None, Results] = {None: Results(0, 0, Amount(0, currency), _overview_of(None))}
    for row in report.result.rows:
        clicks, conversions, commissions = (row.totals[metric] for metric in metrics)
        found[row.value] = Results(clicks, conversions, Amount(commissions, currency), _overview_of(row.value))
    return found


def _url(parts: Parts, seen: LinkSeen) -> str:
    return parts.public_url.rstrip("/") + seen.path


def _row(parts: Parts, seen: LinkSeen, results: Mapping[str | None, Results], *, is_new: bool) -> LinkRow:
    record = seen.record
    nothing = Results(0, 0, Amount(0, results[None].commissions.currency), _overview_of(record.slug))
    came, qr = results.get(record.slug, nothing), urlencode({"link": record.id})
    return LinkRow(record.id, _url(parts, seen), seen.website, seen.destination, record.sub_id, is_new, came, qr)


def _overview_of(slug: str | None) -> str:
    return f"/?{urlencode({'metric': Metric.CLICKS, 'Link': slug or ''})}"
