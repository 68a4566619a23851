"""`/graphql` over websockets: the protocol `graphql-transport-ws`, for subscriptions and, as it allows, queries. Called by `http`.

Source: PROTOCOL.md of enisdenny/graphql-ws, whose close codes these are. A connection must say within seconds who it is, by its headers or
by the payload of `connection_init`; pages of other origins are refused outright.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from graphql import GraphQLSchema

from tribute.access.caller import Caller, WrongCredentialsError
from tribute.access.credentials import Credentials
from tribute.graphql.answer import Request
from tribute.graphql.caller_threads import CallerThreads
from tribute.graphql.errors import internal_failure
from tribute.graphql.limits import MAX_BODY_BYTES
from tribute.graphql.operations import Operation, Refused, operation
from tribute.kit.asgi import Receive, Scope, Send
from tribute.kit.errors import UnavailableError

PROTOCOL = "graphql-transport-ws"

INVALID_MESSAGE = 4400
UNAUTHORIZED = 4401
FORBIDDEN = 4403
BAD_PROTOCOL = 4406
INIT_TIMEOUT = 4408
TAKEN_ID = 4409
TOO_MANY = 4429
TRY_LATER = 1013


@dataclass(frozen=True, slots=True)
class RealtimeLimits:
    """How much of everything there may be at once."""

    connections: int = 1_000
    connections_a_caller: int = 20
    operations_a_connection: int = 10
    init_seconds: float = 10.0
    recheck_seconds: float = 60.0
    """How long ended credentials may go on reading."""


class _Message(msgspec.Struct):
    """What a client sends."""

    type: str
    id: str | None = None
    payload: msgspec.Raw = msgspec.Raw(b"null")


class _CloseError(Exception):
    """The connection must end, with a code and a reason of the protocol."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


_encoder = msgspec.json.Encoder()
_message_decoder = msgspec.json.Decoder(_Message)
_request_decoder = msgspec.json.Decoder(Request)
_init_decoder = msgspec.json.Decoder(dict[str, Any] | None)


class RealtimeDoor:
    """Takes websocket connections for a schema. One for a process; for the event loop's thread alone."""

    def __init__(
        self, schema: GraphQLSchema, credentials: Credentials, threads: CallerThreads, limits: RealtimeLimits | None = None
    ) -> None:
        self.schema = schema
        self.credentials = credentials
        self.threads = threads
        self.limits = limits or RealtimeLimits()
        self.connections = 0
        self.callers: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection until one side ends it."""
        await receive()
        if scope["path"].rstrip("/") != "/graphql" or not self.credentials.is_own_or_no_page(scope):
            await send({"type": "websocket.close", "code": FORBIDDEN})  # before it is accepted: HTTP 403
            return
        if PROTOCOL not in scope.get("subprotocols", ()):
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": BAD_PROTOCOL, "reason": f"Subprotocol not acceptable; speak {PROTOCOL}"})
            return
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        if self.connections >= self.limits.connections:
            await send({"type": "websocket.close", "code": TRY_LATER, "reason": "Too many connections; try again later"})
            return
        self.connections += 1
        try:
            await _Connection(self, scope, receive, send).serve()
        finally:
            self.connections -= 1


@dataclass(slots=True)
class _Connection:
    door: RealtimeDoor
    scope: Scope
    receive: Receive
    send: Send
    caller: Caller | None = None
    operations: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)

    async def serve(self) -> None:
        """Read messages until the client goes or breaks the protocol; then end everything that was begun."""
        guards: list[asyncio.Task[None]] = []
        try:
            caller_again = await asyncio.wait_for(self._introduced(), self.door.limits.init_seconds)
            guards.append(asyncio.create_task(self._recheck(caller_again)))
            while True:
                await self._take(await self._message())
        except TimeoutError:
            await self._close(INIT_TIMEOUT, "Connection initialisation timeout")
        except _CloseError as error:
            await self._close(error.code, error.reason)
        except (_GoneError, OSError):
            pass
        finally:
            await self._end([*guards, *self.operations.values()])

    async def _end(self, tasks: "list[asyncio.Task[None]]") -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self.caller is not None:
            self.door.callers[self.caller.person_id] -= 1
            self.door.callers += Counter()  # forget those who have none

    async def _introduced(self) -> "Callable[[], Caller]":
        """Wait for `connection_init` and know the caller; returns the way to find out again."""
        message = await self._message()
        while message.type != "connection_init":
            if message.type not in {"ping", "pong"}:
                raise _CloseError(UNAUTHORIZED, "Unauthorized: send connection_init first")
            await self._take(message)
            message = await self._message()
        told = _told_credentials(message.payload)

        def look() -> Caller:
            return self.door.credentials.caller({**self.scope, "headers": [*told, *self.scope["headers"]]})

        try:
            caller = await asyncio.to_thread(look)
        except WrongCredentialsError as error:
            raise _CloseError(FORBIDDEN, "Forbidden: no valid credentials") from error
        except UnavailableError as error:
            raise _CloseError(TRY_LATER, "Unavailable; try again later") from error
        if self.door.callers[caller.person_id] >= self.door.limits.connections_a_caller:
            raise _CloseError(TOO_MANY, "Too many connections")
        self.door.callers[caller.person_id] += 1
        self.caller = caller
        await self._tell({"type": "connection_ack"})
        return look

    async def _recheck(self, look: "Callable[[], Caller]") -> None:
        """End the connection soon after its credentials have ended."""
        while True:
            await asyncio.sleep(self.door.limits.recheck_seconds)
            try:
                same = await asyncio.to_thread(look) == self.caller
            except WrongCredentialsError:
                same = False
            except UnavailableError:
                continue
            if not same:
                await self._close(FORBIDDEN, "Forbidden: the credentials have ended")
                return

    async def _message(self) -> _Message:
        received = await self.receive()
        if received["type"] != "websocket.receive":
            raise _GoneError
        text = received.get("text")
        if text is None or len(text) > MAX_BODY_BYTES:
            raise _CloseError(INVALID_MESSAGE, "Send messages as text, of at most 100,000 characters")
        try:
            return _message_decoder.decode(text)
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
            raise _CloseError(INVALID_MESSAGE, "Not a message of the protocol") from error

    async def _take(self, message: _Message) -> None:
        if message.type == "ping":
            await self._tell({"type": "pong"})
        elif message.type == "subscribe":
            self._begin(message)
        elif message.type == "complete":
            task = self.operations.pop(message.id or "", None)
            if task is not None:
                task.cancel()
        elif message.type == "connection_init":
            raise _CloseError(TOO_MANY, "Too many initialisation requests")
        elif message.type != "pong":
            raise _CloseError(INVALID_MESSAGE, "Unknown type of message")

    def _begin(self, message: _Message) -> None:
        """Run an operation beside the others."""
        if not message.id:
            raise _CloseError(INVALID_MESSAGE, "An operation needs an id")
        if message.id in self.operations:
            raise _CloseError(TAKEN_ID, f"Subscriber for {message.id[:60]} already exists")
        if len(self.operations) >= self.door.limits.operations_a_connection:
            raise _CloseError(TOO_MANY, "Too many operations")
        try:
            request = _request_decoder.decode(message.payload)
        except (msgspec.DecodeError, RecursionError) as error:
            raise _CloseError(INVALID_MESSAGE, "The payload is no GraphQL request") from error
        assert self.caller is not None  # noqa: S101 -- introduced
        running = operation(self.door.schema, self.caller, request, self.door.threads)
        self.operations[message.id] = asyncio.create_task(self._run(message.id, running))

    async def _run(self, name: str, running: Operation) -> None:
        try:
            async for result in running:
                await self._tell({"id": name, "type": "next", "payload": result})
            await self._tell({"id": name, "type": "complete"})
        except Refused as error:
            await self._tell({"id": name, "type": "error", "payload": error.errors})
        except OSError:
            return  # the client is gone, which the reading side finds out by itself
        except Exception as error:  # noqa: BLE001 -- the edge: logged under a reference, told without details
            await self._tell({"id": name, "type": "error", "payload": [internal_failure(error)]})
        finally:
            if self.operations.get(name) is asyncio.current_task():
                del self.operations[name]

    async def _tell(self, message: dict[str, Any]) -> None:
        await self.send({"type": "websocket.send", "text": _encoder.encode(message).decode()})

    async def _close(self, code: int, reason: str) -> None:
        try:
            await self.send({"type": "websocket.close", "code": code, "reason": reason})
        except OSError:
            return


class _GoneError(Exception):
    """The client has gone."""


def _told_credentials(payload: msgspec.Raw) -> list[tuple[bytes, bytes]]:
    """What `connection_init` tells of `Authorization` or `x-api-key`, as the headers it stands for."""
    try:
        told = _init_decoder.decode(payload) or {}
    except (msgspec.DecodeError, RecursionError) as error:
        raise _CloseError(INVALID_MESSAGE, "The payload of connection_init is a JSON object or null") from error
    headers = told.get("headers")
    values = {**told, **(headers if isinstance(headers, dict) else {})}
    return [
        (name.lower().encode(), value.encode("latin-1", "replace"))
        for name, value in values.items()
        if name.lower() in {"authorization", "x-api-key"} and isinstance(value, str)
    ]
