"""AppSync's realtime protocol, the older `graphql-ws` with its own additions, for its clients. `realtime` opens the connections.

Source: AWS's AppSync developer guide, "Building a real-time WebSocket client", and what its clients read. Credentials come as a JSON object
of headers in base64, in the subprotocol `header-…` or the query's `header`, and again with each `start`, which may be another's.
"""

import asyncio
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from contextlib import aclosing
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from tribute.access.caller import Caller, WrongCredentialsError
from tribute.graphql.errors import UNAUTHENTICATED, internal_failure
from tribute.graphql.operations import Refused, begun
from tribute.graphql.realtime_connection import (
    FORBIDDEN,
    INIT_TIMEOUT,
    INVALID_MESSAGE,
    TOO_MANY,
    TRY_LATER,
    CloseError,
    Connection,
    Look,
    Message,
    credentials_in,
    request_decoder,
)
from tribute.kit.asgi import HeaderList, Scope
from tribute.kit.errors import UnavailableError

PROTOCOL: Final = "graphql-ws"
_HEADER: Final = "header-"
_CONNECTION_TIMEOUT_MS: Final = 300_000
"""After so long without a sign of life clients give the connection up; they take no less than a minute."""
_LONGEST_HEADER: Final = 32_768

_TOLD: Final = {
    INVALID_MESSAGE: ("BadRequestException", 400),
    FORBIDDEN: (UNAUTHENTICATED, 401),
    INIT_TIMEOUT: ("ConnectionInitTimeoutException", 408),
    TOO_MANY: ("LimitExceededError", 429),
    TRY_LATER: ("ServiceUnavailableException", 503),
}
"""What a client reads of the end of a connection. It does not try again after 400, 401 and 403."""
_header_decoder = msgspec.json.Decoder(dict[str, Any])


class _Extensions(msgspec.Struct):
    authorization: dict[str, Any] | None = None


class _Start(msgspec.Struct):
    """The payload of `start`: the request as JSON in a string."""

    data: str
    extensions: _Extensions | None = None


_start_decoder = msgspec.json.Decoder(_Start)


class _StartError(Exception):
    """A subscription that does not begin, or ends; the connection goes on."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.errors = [{"errorType": error_type, "message": message}]


class AppSyncConnection(Connection):
    """One connection."""

    async def introduced(self) -> None:
        """Know the caller by what the address tells, and acknowledge `connection_init`, which a client may leave out."""
        message = await self.message()
        await self.know(self.look_with(_connection_credentials(self.scope)))
        if message.type == "connection_init":
            await self.tell({"type": "connection_ack", "payload": {"connectionTimeoutMs": _CONNECTION_TIMEOUT_MS}})
        else:
            await self.take(message)
        self.guard(self._keep_alive())

    async def take(self, message: Message) -> None:
        """One message of the client's."""
        if message.type == "start":
            await self._start(message)
        elif message.type == "stop":
            await self._stop(message.id or "")
        else:
            raise CloseError(INVALID_MESSAGE, "Unknown type of message")

    async def refuse(self, error: CloseError) -> None:
        """End the connection; its clients read why from a message, not from the code."""
        error_type, status = _TOLD[error.code]
        told = {"errorType": error_type, "message": error.reason, "errorCode": status}
        await self.tell({"type": "connection_error" if self.caller is None else "error", "payload": {"errors": [told]}})
        await self.close(error.code, error.reason)

    async def _keep_alive(self) -> None:
        try:
            while True:
                await self.tell({"type": "ka"})
                await asyncio.sleep(self.shared.limits.keep_alive_seconds)
        except OSError:
            return

    async def _start(self, message: Message) -> None:
        """Run a subscription beside the others."""
        name = message.id
        if not name:
            raise CloseError(INVALID_MESSAGE, "A subscription needs an id")
        if name in self.operations:
            await self._fail(name, _StartError("DuplicatedOperationError", "A subscription of this id is under way").errors)
        elif len(self.operations) >= self.shared.limits.operations_a_connection:
            await self._fail(name, _StartError("MaxSubscriptionsReachedError", "Too many subscriptions on this connection").errors)
        else:
            self.operations[name] = asyncio.create_task(self._run(name, message.payload))

    async def _stop(self, name: str) -> None:
        task = self.operations.pop(name, None)
        if task is not None:
            task.cancel()
            await self.tell({"type": "complete", "id": name})

    async def _run(self, name: str, payload: msgspec.Raw) -> None:
        try:
            await self._subscribe(name, payload)
        except (Refused, _StartError) as error:
            await self._fail(name, error.errors)
        except OSError:
            return  # the client is gone, which the reading side finds out by itself
        except Exception as error:  # noqa: BLE001 -- the edge: logged under a reference, told without details
            await self._fail(name, [internal_failure(error)])
        finally:
            if self.operations.get(name) is asyncio.current_task():
                del self.operations[name]

    async def _subscribe(self, name: str, payload: msgspec.Raw) -> None:
        """Begin a subscription, acknowledge it and tell its results."""
        try:
            start = _start_decoder.decode(payload)
            request = request_decoder.decode(start.data)
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
            raise _StartError("BadRequestException", "The payload is no GraphQL request") from error
        told = credentials_in((start.extensions.authorization if start.extensions is not None else None) or {})
        look = self.look_with(told or _connection_credentials(self.scope))
        seen, looked_at = self.shared.watch.changes, time.monotonic()
        caller = await self._looked(look)
        async with aclosing(await begun(self.shared.schema, caller, request, self.shared.threads, subscriptions_only=True)) as results:
            await self.tell({"type": "start_ack", "id": name})
            async for result in results:
                if self.shared.watch.changes != seen or time.monotonic() - looked_at > self.shared.limits.recheck_seconds:
                    seen, looked_at = self.shared.watch.changes, time.monotonic()
                    if await self._looked(look) != caller:
                        raise _denied()
                await self.tell({"type": "data", "id": name, "payload": result})
        await self.tell({"type": "complete", "id": name})

    async def _looked(self, look: Look) -> Caller:
        """Who stands behind a subscription; asked for in the connection's own few threads. Raises _StartError."""
        assert self.caller is not None  # noqa: S101 -- introduced
        try:
            return await self.shared.threads.run(self.caller.person_id, look)
        except WrongCredentialsError as error:
            raise _denied() from error
        except UnavailableError as error:
            raise _StartError("ServiceUnavailableException", str(error)) from error

    async def _fail(self, name: str, errors: Iterable[dict[str, Any]]) -> None:
        await self.tell({"type": "error", "id": name, "payload": {"errors": list(errors)}})


def _denied() -> _StartError:
    return _StartError(UNAUTHENTICATED, "You are not authorized to make this call.")


def _connection_credentials(scope: Scope) -> HeaderList:
    """What the subprotocol or the query tells. Raises CloseError for what is no JSON object in base64."""
    told = next((one.removeprefix(_HEADER) for one in scope.get("subprotocols", ()) if one.startswith(_HEADER)), None)
    if told is None:
        told = _header_in_query(scope["query_string"])
    if not told:
        return []
    try:
        plain = urlsafe_b64decode(told.replace("+", "-").replace("/", "_").rstrip("=") + "=" * (-len(told.rstrip("=")) % 4))
        return credentials_in(_header_decoder.decode(plain))
    except (ValueError, msgspec.DecodeError, RecursionError) as error:
        raise CloseError(INVALID_MESSAGE, "The header is a JSON object in base64, with host and credentials") from error


def _header_in_query(query: bytes) -> str | None:
    if len(query) > _LONGEST_HEADER:
        raise CloseError(INVALID_MESSAGE, "The address is too long")
    try:
        asked = dict(parse_qsl(query.decode("ascii"), max_num_fields=20))
    except ValueError as error:
        raise CloseError(INVALID_MESSAGE, "The address cannot be read") from error
    return asked.get("header", "").replace(" ", "+") or None  # a + that was not escaped
