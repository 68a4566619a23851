"""`/graphql` over HTTP: credentials, methods, body limits, the explorer for browsers. A thin ASGI shell around `answer` and `realtime`.

Credentials are looked at before anything else of a request; a cookie counts only when the request comes from our own pages.
"""

import asyncio
import gzip
from dataclasses import dataclass
from urllib.parse import parse_qsl

import msgspec
from graphql import GraphQLSchema

from tribute.access.caller import Caller, WrongCredentialsError
from tribute.access.credentials import Callers, Credentials
from tribute.graphql.answer import Answer, Request, answer, failed, malformed
from tribute.graphql.caller_threads import CallerThreads
from tribute.graphql.errors import MALFORMED, UNAUTHENTICATED, log_internal_failure
from tribute.graphql.explorer import Explorer
from tribute.graphql.limits import MAX_BODY_BYTES
from tribute.graphql.live_feed import LiveFeeds
from tribute.graphql.realtime import RealtimeDoor
from tribute.graphql.schema import Sources, build_schema
from tribute.kit.asgi import BodyTooLargeError, ClientGoneError, Receive, Scope, Send, header, read_body, respond
from tribute.kit.errors import UnavailableError

_HEADERS = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"vary", b"accept-encoding"),
    (b"x-content-type-options", b"nosniff"),
]
_MIN_GZIP_BYTES = 2_000
"""A year of points shrinks to a twentieth in a millisecond; a short answer gains nothing."""
_UNAUTHENTICATED = "No valid credentials. Sign in to the portal, or send a token as `Authorization: Bearer TOKEN` or `x-api-key: TOKEN`."
_JSON = {"application/json", "application/graphql+json"}
_request_decoder = msgspec.json.Decoder(Request)


def graphql_app(sources: Sources, *, callers: Callers, session_cookie: str) -> "GraphQLDoor":
    """The ASGI application for `/graphql` and everything below it. Only pages of `public_url`'s origin may use the cookie."""
    threads = CallerThreads()
    feeds = LiveFeeds(sources.analytics, threads)
    schema = build_schema(sources, feeds)
    credentials = Credentials(callers, public_url=sources.public_url, session_cookie=session_cookie)
    return GraphQLDoor(schema, credentials, Explorer(), RealtimeDoor(schema, credentials, threads), feeds)


@dataclass(frozen=True, slots=True)
class GraphQLDoor:
    """The application; websockets go to `realtime`."""

    schema: GraphQLSchema
    credentials: Credentials
    explorer: Explorer
    realtime: RealtimeDoor
    feeds: LiveFeeds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.realtime(scope, receive, send)
            return
        if self.explorer.answers(scope):
            await self.explorer(scope, receive, send)
            return
        try:
            result = await self._answer(scope, receive)
        except ClientGoneError:
            return
        headers = [*_HEADERS, *([(b"allow", b"GET, POST")] if result.status == 405 else [])]
        body = result.body
        if len(body) >= _MIN_GZIP_BYTES and "gzip" in (header(scope, b"accept-encoding") or ""):
            body = await asyncio.to_thread(gzip.compress, body, 1)
            headers.append((b"content-encoding", b"gzip"))
        await respond(send, result.status, headers, body)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        if scope["path"].rstrip("/") != "/graphql":
            return failed(404, "NotFoundException", "GraphQL is at /graphql.")
        if scope["method"] not in {"GET", "POST"}:
            return failed(405, MALFORMED, "GraphQL is asked with POST, or with GET for queries.")
        try:
            caller = await asyncio.to_thread(self.credentials.caller, scope)
            request = await _request(scope, receive)
            if isinstance(request, Answer):
                return request
            return await asyncio.to_thread(self._run, caller, request, queries_only=scope["method"] == "GET")
        except WrongCredentialsError:
            return failed(401, UNAUTHENTICATED, _UNAUTHENTICATED)
        except UnavailableError as error:
            return failed(503, "ServiceUnavailableException", str(error))

    def _run(self, caller: Caller, request: Request, *, queries_only: bool) -> Answer:
        try:
            return answer(self.schema, caller, request, queries_only=queries_only)
        except Exception as error:  # noqa: BLE001 -- the edge: logged under a reference, told without details
            return failed(500, "InternalFailure", log_internal_failure(error))


async def _request(scope: Scope, receive: Receive) -> Request | Answer:
    """The request in the body or, for GET, in the address; an Answer where there is none."""
    if scope["method"] == "GET":
        return _from_address(scope["query_string"])
    if (header(scope, b"content-type") or "").partition(";")[0].strip().lower() not in _JSON:
        return failed(415, MALFORMED, "Send the request as application/json.")
    try:
        body = await read_body(receive, MAX_BODY_BYTES)
    except BodyTooLargeError:
        return failed(413, MALFORMED, f"The request is larger than {MAX_BODY_BYTES:,} bytes.")
    if not body:
        return malformed("Request body is empty.")
    return _decoded(body)


def _decoded(body: bytes) -> Request | Answer:
    try:
        return _request_decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return malformed('Unable to parse GraphQL query. Send JSON such as {"query": "{ dataAsOf }", "variables": {}}.')


def _from_address(query_string: bytes) -> Request | Answer:
    if len(query_string) > MAX_BODY_BYTES:
        return failed(414, MALFORMED, "The address is too long. Send the request with POST.")
    try:
        asked = dict(parse_qsl(query_string.decode("ascii"), strict_parsing=False, max_num_fields=20))
        variables = msgspec.json.decode(asked["variables"], type=dict[str, object] | None) if "variables" in asked else None
        return Request(asked.get("query", ""), variables, asked.get("operationName"))
    except (ValueError, msgspec.DecodeError, RecursionError):
        return malformed("Unable to parse GraphQL query. In an address, `variables` is a JSON object.")
