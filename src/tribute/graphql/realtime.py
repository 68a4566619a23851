"""GraphQL over websockets: `graphql-transport-ws` at /graphql, AppSync's protocol at /graphql/realtime. Called by `http`.

Invariant: pages of other origins are refused before they are heard, and there are no more connections than the limit.
"""

from typing import Final

from graphql import GraphQLSchema

from tribute.access.credentials import Credentials
from tribute.graphql import realtime_appsync, realtime_transport
from tribute.graphql.caller_threads import CallerThreads
from tribute.graphql.ledger_watch import LedgerWatch
from tribute.graphql.realtime_appsync import AppSyncConnection
from tribute.graphql.realtime_connection import BAD_PROTOCOL, FORBIDDEN, TRY_LATER, Connection, RealtimeLimits, Shared
from tribute.graphql.realtime_transport import TransportConnection
from tribute.kit.asgi import Receive, Scope, Send

_DOORS: Final[dict[str, tuple[str, type[Connection]]]] = {
    "/graphql": (realtime_transport.PROTOCOL, TransportConnection),
    "/graphql/realtime": (realtime_appsync.PROTOCOL, AppSyncConnection),
}


class RealtimeDoor:
    """Takes websocket connections for a schema. One for a process; for the event loop's thread alone."""

    def __init__(
        self, schema: GraphQLSchema, credentials: Credentials, threads: CallerThreads, limits: RealtimeLimits | None = None
    ) -> None:
        limits = limits or RealtimeLimits()
        self.shared = Shared(schema, credentials, threads, limits, LedgerWatch(credentials.version, limits.watch_seconds))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection until one side ends it."""
        await receive()
        door = _DOORS.get(scope["path"].rstrip("/"))
        if door is None or not self.shared.credentials.is_own_or_no_page(scope):
            await send({"type": "websocket.close", "code": FORBIDDEN})  # before it is accepted: HTTP 403
            return
        protocol, connection = door
        if protocol not in scope.get("subprotocols", ()):
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": BAD_PROTOCOL, "reason": f"Subprotocol not acceptable; speak {protocol}"})
            return
        await send({"type": "websocket.accept", "subprotocol": protocol})
        if self.shared.connections >= self.shared.limits.connections:
            await send({"type": "websocket.close", "code": TRY_LATER, "reason": "Too many connections; try again later"})
            return
        self.shared.connections += 1
        try:
            with self.shared.watch.watched():
                await connection(self.shared, scope, receive, send).serve()
        finally:
            self.shared.connections -= 1
