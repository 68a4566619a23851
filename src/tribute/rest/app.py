"""`/api/v1` as one ASGI application: routes, credentials, formats, errors as JSON. Thin: what is seen is decided in `reports`."""

from dataclasses import replace
from typing import Any, cast

import msgspec
from litestar import Request, Response, Router, get
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Components, SecurityScheme

from tribute.access.credentials import Callers, Credentials
from tribute.kit.asgi import AsgiApp, Scope
from tribute.kit.lean_litestar import LeanLitestar
from tribute.reports.analytics import Analytics
from tribute.rest.applications import application_routes
from tribute.rest.asking import question
from tribute.rest.bodies import LARGEST_BODY_BYTES
from tribute.rest.conversions import MoneyDoors, conversion_routes
from tribute.rest.description import POLICY, AnalyticsOperation, ReadablePage
from tribute.rest.faults import Fault, NotAcceptableError, fault_handlers, not_found
from tribute.rest.members import member_routes
from tribute.rest.not_credited import not_credited_routes
from tribute.rest.office_doors import OfficeDoors
from tribute.rest.paths import PREFIX
from tribute.rest.programs import program_routes
from tribute.rest.promoters import promoter_routes
from tribute.rest.rulings import ruling_routes
from tribute.rest.telling import AnalyticsDocument, as_document, as_table

_HEADERS = {
    "cache-control": "no-store",
    "vary": "accept",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
}
_ABOUT = "A self-hosted Tribute: orders come in and what they earn goes out; its numbers, as the GraphQL API has them, as JSON and CSV."


def rest_app(
    *, analytics: Analytics, money: MoneyDoors, office: OfficeDoors, callers: Callers, public_url: str, session_cookie: str
) -> AsgiApp:
    """Build the API. `public_url` tells which origin's pages may use the cookie named `session_cookie`."""
    credentials = Credentials(callers, public_url=public_url, session_cookie=session_cookie)
    routes = [
        _analytics_route(analytics, credentials),
        *conversion_routes(money, credentials),
        *ruling_routes(office, credentials),
        *program_routes(office, credentials),
        *member_routes(office, credentials),
        *promoter_routes(office, credentials),
        *application_routes(office, credentials),
        *not_credited_routes(office, credentials),
    ]
    application = LeanLitestar(
        route_handlers=[Router(PREFIX, route_handlers=routes)],
        request_max_body_size=LARGEST_BODY_BYTES,
        exception_handlers=fault_handlers(),
        after_request=_secured,
        openapi_config=OpenAPIConfig(
            title="Tribute",
            version="1",
            description=_ABOUT,
            path=PREFIX,
            render_plugins=[ReadablePage()],
            components=Components(
                security_schemes={
                    "token": SecurityScheme(type="http", scheme="bearer", description="A token from `tribute token add`."),
                    "key": SecurityScheme(type="apiKey", name="x-api-key", security_scheme_in="header", description="The same token."),
                }
            ),
            security=[{"token": []}, {"key": []}],
        ),
        logging_config=None,
        debug=False,
    )
    return cast("AsgiApp", application)


def _secured(response: Response[Any]) -> Response[Any]:
    """The headers that every answer carries, the document and its page included."""
    if response.status_code == 404:  # Litestar's own page for addresses beside the document
        response = not_found()
    response.headers.update(_HEADERS | {"content-security-policy": POLICY})
    return response


def _analytics_route(analytics: Analytics, credentials: Credentials) -> Any:
    @get(
        "/analytics",
        sync_to_thread=True,
        operation_class=AnalyticsOperation,
        summary="Numbers over any time, divided and filtered",
        responses={
            200: ResponseSpec(AnalyticsDocument, description="The answer; as text/csv, a table of its rows, its buckets, or both."),
            400: ResponseSpec(Fault, description="A parameter is wrong; `field` names it."),
            401: ResponseSpec(Fault, description="No valid credentials."),
            403: ResponseSpec(Fault, description="The credentials do not reach this."),
        },
    )
    def analytics_route(request: Request[Any, Any, Any]) -> Response[bytes]:
        caller = credentials.caller(cast("Scope", request.scope), opened_by_hand=True)
        asked, named = question(request.query_params.multi_items())
        chosen = named or _accepted(request.headers.get("accept", ""))
        if chosen == "csv":
            table = analytics.report(caller, replace(asked, row_series=asked.dimension is not None and asked.grain is not None))
            name = f"tribute-{table.result.period.start:%Y-%m-%d}.csv"
            headers = {"content-disposition": f'attachment; filename="{name}"'}
            return Response(as_table(table), media_type="text/csv", headers=headers)
        report = analytics.report(caller, asked)
        document = as_document(report, analytics.identification(report))
        return Response(msgspec.json.encode(document), media_type="application/json")

    return analytics_route


def _accepted(accept: str) -> str:
    """The format that an Accept header likes best; JSON where it does not mind."""
    best, format_of_best = 0.0, ""
    for part in accept.lower().split(",") if accept.strip() else ["*/*"]:
        media_type, *settings = (each.strip() for each in part.split(";"))
        quality = next((_quality(each[2:]) for each in settings if each.startswith("q=")), 1.0)
        found = (
            "csv" if media_type in {"text/csv", "text/*"} else "json" if media_type in {"application/json", "application/*", "*/*"} else ""
        )
        if found and (quality > best or (quality == best and media_type == "application/json")):
            best, format_of_best = quality, found
    if not format_of_best:
        raise NotAcceptableError
    return format_of_best


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
