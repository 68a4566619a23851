"""`/api/v1/not-credited`: orders that an affiliate had a part in and earns nothing by, each with the reason."""

from typing import Any

import msgspec
from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec

from tribute.access.credentials import Credentials
from tribute.kit.clock import iso
from tribute.reports.not_credited import NotCredited, Outcome
from tribute.rest.office_doors import OfficeDoors
from tribute.rest.serving import REFUSALS, AnyRequest, Cursor, Limit, as_json, reader


class NotCreditedDocument(msgspec.Struct):
    """Such an order, without its id or amounts, which are no business of who earns nothing by it.

    `outcome` is `held` (as a possible duplicate), `nobody` or `another` (whom it is credited to), or `nothing`: it is the affiliate's own.
    """

    occurred_at: str
    website: str
    outcome: Outcome
    why: list[str]


class NotCreditedPage(msgspec.Struct):
    """Some of them; `next_cursor` asks for those that follow."""

    orders: list[NotCreditedDocument]
    next_cursor: str | None


def not_credited_routes(doors: OfficeDoors, credentials: Credentials) -> list[Any]:
    """The route of what was not credited. An owner, who has every order with its decisions, gets 403."""

    @get(
        "/not-credited",
        summary="Orders that the calling affiliate had a part in and earns nothing by, the latest first",
        sync_to_thread=True,
        responses={200: ResponseSpec(NotCreditedPage, description="A page of them, each with the reason."), **REFUSALS},
    )
    def not_credited(request: AnyRequest, *, cursor: Cursor = None, limit: Limit = 50) -> Response[bytes]:
        page = doors.not_credited.orders(reader(credentials, request), cursor=cursor, limit=limit)
        return as_json(NotCreditedPage([_document(one) for one in page.items], page.next))

    return [not_credited]


def _document(seen: NotCredited) -> NotCreditedDocument:
    return NotCreditedDocument(iso(seen.occurred_at), seen.website, seen.outcome, list(seen.why))
