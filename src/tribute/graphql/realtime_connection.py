"""What a websocket connection of either protocol does alike: who calls, how much there may be, when credentials end, how it ends.

Invariant: whatever way a connection ends, everything that it began ends with it. `realtime_transport` and `realtime_appsync` speak.
"""

import asyncio
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import msgspec
from graphql import GraphQLSchema

from tribute.access.caller import Caller, WrongCredentialsError
from tribute.access.credentials import Credentials
from tribute.graphql.answer import Request
from tribute.graphql.caller_threads import CallerThreads
from tribute.graphql.ledger_watch import LedgerWatch
from tribute.graphql.limits import MAX_BODY_BYTES
from tribute.kit.asgi import HeaderList, Receive, Scope, Send
from tribute.kit.errors import UnavailableError

INVALID_MESSAGE = 4400
UNAUTHORIZED = 4401
FORBIDDEN = 4403
BAD_PROTOCOL = 4406
INIT_TIMEOUT = 4408
TAKEN_ID = 4409
TOO_MANY = 4429
TRY_LATER = 1013

_CREDENTIALS = {b"authorization", b"x-api-key"}

Look = Callable[[], Caller]
"""Finds out again who calls. Waits for the ledger, so it runs in a thread. Raises WrongCredentialsError, UnavailableError."""


@dataclass(frozen=True, slots=True)
class RealtimeLimits:
    """How much of everything there may be at once."""

    connections: int = 1_000
    connections_a_caller: int = 20
    operations_a_connection: int = 10
    init_seconds: float = 10.0
    recheck_seconds: float = 60.0
    """How long credentials may go on reading that have ended by themselves, as time goes by."""
    watch_seconds: float = 1.0
    """How long those may that somebody ended, or whose person has another role."""
    looks_a_second: int = 100
    """How many connections look again, at most, while the ledger changes all the time."""
    keep_alive_seconds: float = 60.0
    """How often AppSync's clients are told that the connection lives."""


@dataclass(slots=True)
class Shared:
    """What all connections of a process share. For the event loop's thread alone."""

    schema: GraphQLSchema
    credentials: Credentials
    threads: CallerThreads
    limits: RealtimeLimits
    watch: LedgerWatch
    connections: int = 0
    callers: Counter[str] = field(default_factory=Counter)


class Message(msgspec.Struct):
    """What a client sends."""

    type: str
    id: str | None = None
    payload: msgspec.Raw = msgspec.Raw(b"null")


class CloseError(Exception):
    """The connection must end, with a code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class GoneError(Exception):
    """The client has gone."""


_encoder = msgspec.json.Encoder()
_message_decoder = msgspec.json.Decoder(Message)
request_decoder = msgspec.json.Decoder(Request)


class Connection(ABC):
    """One connection, from its acceptance to its end."""

    def __init__(self, shared: Shared, scope: Scope, receive: Receive, send: Send) -> None:
        self.shared = shared
        self.scope = scope
        self._receive = receive
        self._send = send
        self.caller: Caller | None = None
        self.operations: dict[str, asyncio.Task[None]] = {}
        self._guards: list[asyncio.Task[None]] = []

    @abstractmethod
    async def introduced(self) -> None:
        """Wait until the client has begun as the protocol asks, and know the caller (`know`). Raises CloseError."""

    @abstractmethod
    async def take(self, message: Message) -> None:
        """Do what a message asks for. Raises CloseError."""

    async def refuse(self, error: CloseError) -> None:
        """End the connection and say why."""
        await self.close(error.code, error.reason)

    async def serve(self) -> None:
        """Read messages until the client goes or breaks the protocol; then end everything that was begun."""
        try:
            await asyncio.wait_for(self.introduced(), self.shared.limits.init_seconds)
            while True:
                await self.take(await self.message())
        except TimeoutError:
            await self._refuse_quietly(CloseError(INIT_TIMEOUT, "Connection initialisation timeout"))
        except CloseError as error:
            await self._refuse_quietly(error)
        except (GoneError, OSError):
            pass
        finally:
            await self._end()

    async def know(self, look: Look) -> None:
        """Find out who calls and let them in, for as long as the credentials are in force. Raises CloseError."""
        seen = self.shared.watch.changes
        try:
            caller = await asyncio.to_thread(look)
        except WrongCredentialsError as error:
            raise CloseError(FORBIDDEN, "Forbidden: no valid credentials") from error
        except UnavailableError as error:
            raise CloseError(TRY_LATER, "Unavailable; try again later") from error
        if self.shared.callers[caller.person_id] >= self.shared.limits.connections_a_caller:
            raise CloseError(TOO_MANY, "Too many connections")
        self.shared.callers[caller.person_id] += 1
        self.caller = caller
        self.guard(self._recheck(look, seen))

    def look_with(self, told: HeaderList) -> Look:
        """The way to find out who calls: by the headers that were told, if any, in place of those of the connection."""
        own = [one for one in self.scope["headers"] if not told or one[0] not in _CREDENTIALS]
        return lambda: self.shared.credentials.caller({**self.scope, "headers": [*told, *own]})

    def guard(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the connection that ends with it."""
        self._guards.append(asyncio.create_task(work))

    async def message(self) -> Message:
        """The next message. Raises GoneError, and CloseError for what is none."""
        received = await self._receive()
        if received["type"] != "websocket.receive":
            raise GoneError
        text = received.get("text")
        if text is None or len(text) > MAX_BODY_BYTES:
            raise CloseError(INVALID_MESSAGE, "Send messages as text, of at most 100,000 characters")
        try:
            return _message_decoder.decode(text)
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
            raise CloseError(INVALID_MESSAGE, "Not a message of the protocol") from error

    async def tell(self, message: dict[str, Any]) -> None:
        """Send a message. Raises OSError when the client has gone."""
        await self._send({"type": "websocket.send", "text": _encoder.encode(message).decode()})

    async def close(self, code: int, reason: str) -> None:
        """End the connection."""
        await self._send({"type": "websocket.close", "code": code, "reason": reason})

    async def _recheck(self, look: Look, seen: int) -> None:
        """End the connection soon after its credentials have ended; `seen` changes of the ledger were there when they were looked at."""
        limits, watch = self.shared.limits, self.shared.watch
        while True:
            await watch.wait(seen, limits.recheck_seconds)
            seen = watch.changes
            try:
                same = await asyncio.to_thread(look) == self.caller
            except WrongCredentialsError:
                same = False
            except UnavailableError:
                same, seen = True, -1  # to look again as soon as may be
            if not same:
                await self._refuse_quietly(CloseError(FORBIDDEN, "Forbidden: the credentials have ended"))
                return
            await asyncio.sleep(max(limits.watch_seconds, self.shared.connections / limits.looks_a_second))

    async def _refuse_quietly(self, error: CloseError) -> None:
        try:
            await self.refuse(error)
        except OSError:
            return

    async def _end(self) -> None:
        tasks = [*self._guards, *self.operations.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self.caller is not None:
            self.shared.callers[self.caller.person_id] -= 1
            self.shared.callers += Counter()  # forget those who have none


def credentials_in(told: dict[str, Any]) -> HeaderList:
    """What an object tells of `Authorization` or `x-api-key`, as the headers it stands for."""
    return [
        (name.lower().encode(), value.encode("latin-1", "replace"))
        for name, value in told.items()
        if name.lower() in {"authorization", "x-api-key"} and isinstance(value, str) and value.strip()
    ]
