"""Templates to HTML. Each page is a frozen dataclass that names its template and everything that the template may show."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any, ClassVar, Protocol
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from litestar.response import Stream
from litestar.utils.scope.state import ScopeState
from markupsafe import Markup

from tribute.kit.clock import iso
from tribute.kit.packaged_files import PackagedFiles
from tribute.web.looking_on import viewed_as
from tribute.web.reader import Reader, reader, reader_at, reading

SHOWN_SO_FAR = "<!-- shown so far -->"
"""Where a streamed page's template says that what stands before can be sent: what follows takes longer."""


class Page(Protocol):
    """What a page receives: a dataclass with the name of its template."""

    template: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]


class Renderer:
    """Renders pages. Everything in them is escaped; a name that a page does not have is an error, not a blank."""

    def __init__(self, static: PackagedFiles) -> None:
        self._environment = Environment(
            loader=PackageLoader("tribute.web", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["static"] = static.address
        self._environment.globals["reader"] = reader
        self._environment.filters |= {"iso": iso, "wall": _wall, **_READERS_FORMS}
        self._environment.globals["shown_so_far"] = Markup(SHOWN_SO_FAR)  # noqa: S704 -- ours

    def page(self, page: Page, request: Request[Any, Any, Any], *, status: int = 200) -> Response[str]:
        """The page as an answer to the request, with the token for its forms."""
        with reading(reader_at(request)):
            html = self._environment.get_template(page.template).render(_context(page, request))
        said = request.state.get("said")
        return Response(html, media_type=MediaType.HTML, status_code=status, cookies=[said] if isinstance(said, Cookie) else [])

    def html(self, page: Page) -> str:
        """A page that answers no request of a person's: without the token for forms."""
        told = {field.name: getattr(page, field.name) for field in fields(page)}
        return self._environment.get_template(page.template).render(told)

    def streamed(self, page: Page, request: Request[Any, Any, Any], *, broken_off: Callable[[Exception], Page]) -> Stream:
        """The page in pieces, as far as each is known, so that a browser paints its head while the rest is counted.

        Its status is sent before the rest can fail: what `broken_off` makes of the error then stands in the place of the rest.
        """
        context, whom = _context(page, request), reader_at(request)

        def pieces() -> Iterator[str]:
            held: list[str] = []
            try:
                for part in _read_by(whom, self._environment.get_template(page.template).generate(context)):
                    held.append(part)
                    if SHOWN_SO_FAR in part:
                        yield "".join(held)
                        held.clear()
            except Exception as error:  # noqa: BLE001 -- the edge: logged and told by broken_off
                last = broken_off(error)
                held = [self._environment.get_template(last.template).render(_context(last, request))]
            yield "".join(held)

        return Stream(pieces(), media_type=MediaType.HTML)


def _context(page: Page, request: Request[Any, Any, Any]) -> dict[str, Any]:
    token = ScopeState.from_scope(request.scope).csrf_token or ""
    return {**{field.name: getattr(page, field.name) for field in fields(page)}, "csrf_token": token, "viewed_as": viewed_as(request)}


def _read_by(whom: Reader, parts: Iterator[str]) -> Iterator[str]:
    """The parts, each made for the reader: between two of them other answers may be written."""
    while True:
        with reading(whom):
            part = next(parts, None)
        if part is None:
            return
        yield part


_READERS_FORMS: dict[str, Callable[..., str]] = {
    "number": lambda value: reader().number(value),
    "day": lambda at: reader().day(at),
    "minute": lambda at: reader().minute(at),
    "clock": lambda at: reader().clock(at),
}
"""Filters that write for whoever reads."""


def _wall(at: datetime, zone: str, form: str) -> str:
    """The time on a zone's wall clock."""
    return at.astimezone(ZoneInfo(zone)).strftime(form)
