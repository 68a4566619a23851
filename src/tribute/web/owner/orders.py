"""The console's orders: what was told, who is credited and why, what waits for the owner's word; and what is owed to whom.

Each word of the owner's is a form of its own, sent from our own pages alone; `office` decides the order again after it.
"""

from asyncio import to_thread
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar, Final, cast, get_args
from urllib.parse import quote, urlencode

from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath

from tribute.access.caller import Caller
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError
from tribute.ledger.conversions import Status
from tribute.ledger.paging import Page
from tribute.reports.money import ConversionSeen
from tribute.reports.scope import require_team
from tribute.web.after_forms import back_to, said_at, ways_back
from tribute.web.amounts import Amount, state_words
from tribute.web.owner.owed import CSV, OwedRow, owed_routes, owed_shown
from tribute.web.parts import AnyRequest, Parts
from tribute.web.portal.options import Option
from tribute.web.reader import reader

PATH: Final = "/owner/orders"
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
_ROWS = 20
_STATUS_WORDS = {
    "held": "Possible duplicates",
    "awaiting_events": "Waiting for events",
    "provisional": "Provisional",
    "decided": "Decided",
}
_STATUSES: frozenset[str] = frozenset(get_args(Status))
_OWED: Final = "#owed"
_NO_PLACE: Final = "That place in the list is none; this is its beginning."
_DONE: Final = {
    "assign": "Reassigned. What it earns, and for whom, is decided anew.",
    "link": "Taken as the same order. It earns once.",
    "keep-apart": "Kept apart. Both earn.",
}
"""What the page says after each of the owner's words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: which orders, the place in their list, and the place in the list of what is owed."""

    status: Status | None = None
    after: str | None = None
    owed: str | None = None

    @classmethod
    def of(cls, told: Mapping[str, str]) -> "Asked":
        """Any address, or form sent from it, is a question: what names nothing is left out."""
        status = told.get("status", "")
        wanted = cast("Status", status) if status in _STATUSES else None
        return cls(wanted, told.get("after") or None, told.get("owed") or None)

    @property
    def kept(self) -> dict[str, str]:
        """What of the address is kept from form to form."""
        told = {"status": self.status, "after": self.after, "owed": self.owed}
        return {name: value for name, value in told.items() if value}

    def address(self, *, at: str = "") -> str:
        """The address of this question, at a part of the page."""
        return f"{PATH}?{urlencode(self.kept)}{at}" if self.kept else f"{PATH}{at}"


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order. `same_as` is the one that it may be, while that waits for the owner's word."""

    id: str
    external_id: str
    source: str
    occurred_at: datetime
    website: str
    amount: Amount
    credited: str | None
    status: str
    is_held: bool
    same_as: str | None
    same_name: str | None
    """What its sender calls that one."""
    earns: Amount | None
    commission_state: str | None
    why: Sequence[str]


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """Everything the page shows. `kept` is where in its lists one is, which every form takes along, and `filter_kept` what of it the
    filter does."""

    template: ClassVar[str] = "owner/orders.html"
    name: str
    rows: Sequence[OrderRow]
    statuses: Sequence[Option]
    is_filtered: bool
    is_first: bool
    newest: str
    older: str | None
    owed: Sequence[OwedRow]
    owed_first: str | None
    owed_further: str | None
    owed_csv: str
    problem: str | None
    done: str | None
    open_id: str | None
    typed: dict[str, str]
    kept: dict[str, str]
    filter_kept: dict[str, str]
    may_change: bool


def order_routes(parts: Parts) -> list[Any]:
    """The page, and the owner's words. An affiliate gets 403."""

    @get(PATH, sync_to_thread=True)
    def orders(request: AnyRequest) -> Response[Any]:
        caller = parts.caller(request)
        require_team(caller)
        told = request.query_params
        done = _DONE.get(said_at(parts, request) or "")
        page = _page(parts, caller, Asked.of(told), open_id=told.get("order"), done=done)
        return parts.render.page(page, request)

    back = ways_back(f"{PATH}?order={{conversion_id}}", *(f"{PATH}/{{conversion_id:str}}/{name}" for name in _WORDS))
    return [orders, *owed_routes(parts), *(_word(parts, name, say) for name, say in _WORDS.items()), back]


def _assign(parts: Parts, caller: Caller, conversion_id: str, told: dict[str, str]) -> None:
    parts.office.orders.assign(caller, conversion_id, told.get("affiliate", "").strip() or None, reason=told.get("reason", ""))


def _link(parts: Parts, caller: Caller, conversion_id: str, told: dict[str, str]) -> None:
    parts.office.orders.link(caller, conversion_id, told.get("to", ""))


def _keep_apart(parts: Parts, caller: Caller, conversion_id: str, _told: dict[str, str]) -> None:
    parts.office.orders.keep_apart(caller, conversion_id)


Say = Callable[[Parts, Caller, str, dict[str, str]], None]
_WORDS: Final[dict[str, Say]] = {"assign": _assign, "link": _link, "keep-apart": _keep_apart}


def _word(parts: Parts, name: str, say: Say) -> Any:
    """The route of one of the owner's words: back to the order, or the page with what is wrong."""

    def said(request: AnyRequest, conversion_id: str, told: dict[str, str]) -> Response[Any]:
        caller = parts.caller(request)
        require_team(caller)
        asked = Asked.of(told)
        try:
            say(parts, caller, conversion_id, told)
        except (InvalidInputError, ConflictError, NotFoundError) as error:
            problem = f"Nothing was changed. {str(error)[:1].upper()}{str(error)[1:]}."
            page = _page(parts, caller, asked, open_id=conversion_id, problem=problem, typed=told)
            return parts.render.page(page, request, status=422)
        there = urlencode(asked.kept | {"order": conversion_id})
        return back_to(parts, PATH, say=name, at=f"?{there}#{quote(conversion_id, safe='')}")

    @post(f"{PATH}/{{conversion_id:str}}/{name}", name=f"order-{name}")
    async def word(request: AnyRequest, conversion_id: FromPath[str], data: Form) -> Response[Any]:
        return await to_thread(said, request, conversion_id, data)

    return word


def _page(
    parts: Parts,
    caller: Caller,
    asked: Asked,
    *,
    open_id: str | None = None,
    problem: str | None = None,
    done: str | None = None,
    typed: dict[str, str] | None = None,
) -> OrdersPage:
    page, asked, is_lost = _read(parts, caller, asked)
    owed = owed_shown(parts, caller, asked.owed)
    asked = replace(asked, owed=None if owed.is_lost else asked.owed)
    return OrdersPage(
        name=parts.accounts.profile(caller).name,
        rows=[_row(parts, caller, seen) for seen in _with_named(parts, caller, page.items, open_id)],
        statuses=[
            Option("", "All", asked.status is None),
            *(Option(one, words, one == asked.status) for one, words in _STATUS_WORDS.items()),
        ],
        is_filtered=asked.status is not None,
        is_first=asked.after is None,
        newest=replace(asked, after=None).address(),
        older=replace(asked, after=page.next).address() if page.next is not None else None,
        owed=owed.rows,
        owed_first=replace(asked, owed=None).address(at=_OWED) if asked.owed is not None else None,
        owed_further=replace(asked, owed=owed.next).address(at=_OWED) if owed.next is not None else None,
        owed_csv=CSV,
        problem=problem or (_NO_PLACE if is_lost or owed.is_lost else None),
        done=done,
        open_id=open_id,
        typed=typed or {},
        kept=asked.kept,
        filter_kept=Asked(owed=asked.owed).kept,
        may_change=caller.may_change,
    )


def _with_named(parts: Parts, caller: Caller, listed: Sequence[ConversionSeen], order: str | None) -> Sequence[ConversionSeen]:
    """The listed orders, below the one that the address names where it is not among them: no longer, or on another page."""
    if not order or any(one.record.id == order for one in listed):
        return listed
    try:
        return [parts.ledger.money.conversion(caller, order), *listed]
    except NotFoundError:
        return listed


def _read(parts: Parts, caller: Caller, asked: Asked) -> tuple[Page[ConversionSeen], Asked, bool]:
    """A page of the orders, what was asked for without a place that is none, and whether that was so."""
    read = partial(parts.ledger.money.conversions, caller, status=asked.status, limit=_ROWS)
    try:
        return read(cursor=asked.after), asked, False
    except InvalidInputError:
        return read(), replace(asked, after=None), True


def _row(parts: Parts, caller: Caller, seen: ConversionSeen) -> OrderRow:
    record, facts, commission = seen.record, seen.record.facts, seen.commission
    is_held = record.state.status == "held"
    same_as = seen.decision.record.same_as if is_held and seen.decision is not None else None
    return OrderRow(
        id=record.id,
        external_id=facts.external_id,
        source=facts.source,
        occurred_at=facts.occurred_at,
        website=seen.website,
        amount=Amount(facts.amount_minor, facts.currency),
        credited=seen.credited_code,
        status="Possible duplicate" if is_held else _STATUS_WORDS[record.state.status],
        is_held=is_held,
        same_as=same_as,
        same_name=parts.ledger.money.conversion(caller, same_as).record.facts.external_id if same_as is not None else None,
        earns=Amount(commission.record.left_minor, facts.currency) if commission is not None else None,
        commission_state=state_words(commission.record) if commission is not None else None,
        why=seen.telling.sentences(reader()) if seen.telling is not None else [],
    )
