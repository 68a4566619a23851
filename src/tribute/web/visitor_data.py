"""What is stored about a visitor, as a public page for owners to link to. It says what docs/visitor-data.md says, word for word."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Response, get

from tribute.web.parts import AnyRequest, Parts


@dataclass(frozen=True, slots=True)
class VisitorDataPage:
    """The same for everybody: it knows nothing of who asks."""

    template: ClassVar[str] = "visitor_data.html"


def visitor_data_routes(parts: Parts) -> list[Any]:
    """The page at /visitor-data. It has no form, so it needs no form's token: reading it stores no cookie."""

    @get("/visitor-data", exclude_from_csrf=True)
    async def show(request: AnyRequest) -> Response[str]:
        return parts.render.page(VisitorDataPage(), request)

    return [show]
