"""Beginning and ending a look at the portal as one of its affiliates. What holds meanwhile stands in `looking_on`."""

from asyncio import to_thread
from typing import Any

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from tribute.web.after_forms import ways_back
from tribute.web.looking_on import END_PATH
from tribute.web.parts import AnyRequest, Parts, SignInNeededError


def view_routes(parts: Parts) -> list[Any]:
    """The two forms. Each answers with the session's new secret."""

    @post("/owner/affiliates/{affiliate_id:str}/view")
    async def begin(request: AnyRequest, affiliate_id: FromPath[str]) -> Response[Any]:
        return await to_thread(_begin, parts, request, affiliate_id)

    @post(END_PATH)
    async def end(request: AnyRequest) -> Response[Any]:
        return await to_thread(_end, parts, request)

    begun = ways_back("/owner/affiliates/{affiliate_id}", "/owner/affiliates/{affiliate_id:str}/view")
    return [begin, end, begun, ways_back("/", END_PATH)]


def _begin(parts: Parts, request: AnyRequest, affiliate_id: str) -> Response[Any]:
    fresh = parts.viewing.begin(parts.caller(request), parts.session_of(request) or "", affiliate_id)
    return Redirect("/", status_code=303, cookies=[parts.session_cookie(fresh)])


def _end(parts: Parts, request: AnyRequest) -> Response[Any]:
    cookie = parts.session_of(request)
    if cookie is None:
        raise SignInNeededError
    fresh = parts.viewing.end(parts.caller(request), cookie)
    return Redirect("/owner/affiliates", status_code=303, cookies=[parts.session_cookie(fresh)] if fresh is not None else [])
