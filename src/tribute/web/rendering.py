"""Templates to HTML. Each page is a frozen dataclass that names its template and everything that the template may show."""

from dataclasses import fields
from datetime import datetime
from typing import Any, ClassVar, Protocol
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.utils.scope.state import ScopeState

from tribute.kit.clock import iso
from tribute.kit.packaged_files import PackagedFiles


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
        self._environment.filters |= {"number": _number, "iso": iso, "clock": _clock, "wall": _wall}

    def page(self, page: Page, request: Request[Any, Any, Any], *, status: int = 200) -> Response[str]:
        """The page as an answer to the request, with the token for its forms."""
        template = self._environment.get_template(page.template)
        context = {field.name: getattr(page, field.name) for field in fields(page)}
        html = template.render(context, csrf_token=ScopeState.from_scope(request.scope).csrf_token or "")
        return Response(html, media_type=MediaType.HTML, status_code=status)


def _number(value: float) -> str:
    """1,234 or 1,234.50: scripts write it anew in the reader's way."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def _wall(at: datetime, zone: str, form: str) -> str:
    """The time on a zone's wall clock."""
    return at.astimezone(ZoneInfo(zone)).strftime(form)


def _clock(at: datetime) -> str:
    return at.strftime("%H:%M:%S UTC")
