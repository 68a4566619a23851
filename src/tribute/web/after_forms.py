"""What comes after a form: back to a page of its own address, which says once what was done. Needs no scripts. Used by every form.

Invariant: no answer to a form is the only way to a page. What a page shows at a form's own address (what is wrong with it, or a secret
that is shown once) is gone when that address is opened again, which leads to the page that the form stands on.
"""

from typing import Any, Final
from urllib.parse import quote

from litestar import get
from litestar.datastructures import Cookie
from litestar.response import Redirect

from tribute.web.parts import AnyRequest, Parts
from tribute.web.security import cookie_name

_COOKIE: Final = "tribute_said"
_SECONDS: Final = 300
"""How long a sentence waits for its page: longer than any redirect, shorter than anybody's memory."""


def back_to(parts: Parts, path: str, *, say: str | None = None, at: str = "", also: Cookie | None = None) -> Redirect:
    """Lead to a page, which is to say something once: `say` is the page's own name for the sentence, or that, a dot and
    the id of what was made.

    `path` is as it is meant, not as addresses write it; `at` is what follows it: a query, a fragment. `also` is set as well.
    """
    cookies = [] if say is None else [_cookie(parts, _written(say, path), _SECONDS)]
    return Redirect(quote(path) + at, status_code=303, cookies=[*cookies, *([also] if also is not None else [])])


def said_at(parts: Parts, request: AnyRequest) -> str | None:
    """What this page is to say now; the page that answers takes the word away, so that a reload says nothing.

    The word names one of a page's own sentences, or one of the reader's own things, and carries nothing else: whoever plants one makes a
    page say what it says anyway.
    """
    written = request.cookies.get(cookie_name(_COOKIE, parts.public_url), "")
    say = written.partition(":")[0]
    if not say or written != _written(say, request.url.path):
        return None
    request.state.said = _cookie(parts, "", 0)
    return say


def ways_back(page: str, *forms: str) -> Any:
    """What opening the address of a form leads to, for forms whose address is no page's: `{names}` are taken over from it.

    Such a form's handler must be `async`: Litestar wraps a plain one twice when its path has another handler.
    """

    @get(list(forms))
    async def lead(request: AnyRequest) -> Redirect:
        names = {name: quote(str(value), safe="") for name, value in request.path_params.items()}
        return Redirect(page.format(**names), status_code=303)

    return lead


def _cookie(parts: Parts, value: str, seconds: int) -> Cookie:
    key = cookie_name(_COOKIE, parts.public_url)
    return Cookie(key=key, value=value, path="/", httponly=True, secure=parts.https, samesite="lax", max_age=seconds)


def _written(say: str, path: str) -> str:
    """A word and whose it is, of signs that stand in a cookie, and are read from it, as they are: a percent sign is not."""
    return f"{say}:{quote(path, safe='').replace('%', '!')}"
