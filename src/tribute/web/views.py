"""Beginning and ending a look at the portal as one of its affiliates. What holds meanwhile stands in `looking_on`."""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from tribute.web.looking_on import END_PATH
from tribute.web.parts import AnyRequest, Parts, SignInNeededError


def view_routes(parts: Parts) -> list[Any]:
    """The two forms. Each answers with the session's new secret."""

    @post("/owner/affiliates/{affiliate_id:str}/view", sync_to_thread=True)
    def begin(request: AnyRequest, affiliate_id: FromPath[str]) -> Response[Any]:
        caller = parts.caller(request)
        fresh = parts.viewing.begin(caller, parts.session_of(request) or "", affiliate_id)
        return Redirect("/", status_code=303, cookies=[parts.session_cookie(fresh)])

    @post(END_PATH, sync_to_thread=True)
    def end(request: AnyRequest) -> Response[Any]:
        cookie = parts.session_of(request)
        if cookie is None:
            raise SignInNeededError
        fresh = parts.viewing.end(parts.caller(request), cookie)
        return Redirect("/owner/affiliates", status_code=303, cookies=[parts.session_cookie(fresh)] if fresh is not None else [])

    return [begin, end]
