"""The protocol `graphql-transport-ws`: subscriptions and, as it allows, queries. `realtime` opens the connections.

Source: PROTOCOL.md of enisdenny/graphql-ws, whose close codes these are. A connection must say within seconds who it is, by its headers or
by the payload of `connection_init`.
"""

import asyncio
from contextlib import aclosing
from typing import Any

import msgspec

from tribute.access.caller import Caller
from tribute.graphql.answer import Request
from tribute.graphql.errors import internal_failure
from tribute.graphql.operations import Refused, begun
from tribute.graphql.realtime_connection import (
    INVALID_MESSAGE,
    TAKEN_ID,
    TOO_MANY,
    UNAUTHORIZED,
    CloseError,
    Connection,
    Message,
    credentials_in,
    request_decoder,
)
from tribute.kit.asgi import HeaderList

PROTOCOL = "graphql-transport-ws"

_init_decoder = msgspec.json.Decoder(dict[str, Any] | None)


class TransportConnection(Connection):
    """One connection."""

    async def introduced(self) -> None:
        """Wait for `connection_init`."""
        message = await self.message()
        while message.type != "connection_init":
            if message.type not in {"ping", "pong"}:
                raise CloseError(UNAUTHORIZED, "Unauthorized: send connection_init first")
            await self.take(message)
            message = await self.message()
        await self.know(self.look_with(_told_credentials(message.payload)))
        await self.tell({"type": "connection_ack"})

    async def take(self, message: Message) -> None:
        """One message of the client's."""
        if message.type == "ping":
            await self.tell({"type": "pong"})
        elif message.type == "subscribe":
            self._begin(message)
        elif message.type == "complete":
            task = self.operations.pop(message.id or "", None)
            if task is not None:
                task.cancel()
        elif message.type == "connection_init":
            raise CloseError(TOO_MANY, "Too many initialisation requests")
        elif message.type != "pong":
            raise CloseError(INVALID_MESSAGE, "Unknown type of message")

    def _begin(self, message: Message) -> None:
        """Run an operation beside the others."""
        if not message.id:
            raise CloseError(INVALID_MESSAGE, "An operation needs an id")
        if message.id in self.operations:
            raise CloseError(TAKEN_ID, f"Subscriber for {message.id[:60]} already exists")
        if len(self.operations) >= self.shared.limits.operations_a_connection:
            raise CloseError(TOO_MANY, "Too many operations")
        try:
            request = request_decoder.decode(message.payload)
        except (msgspec.DecodeError, RecursionError) as error:
            raise CloseError(INVALID_MESSAGE, "The payload is no GraphQL request") from error
        assert self.caller is not None  # noqa: S101 -- introduced
        self.operations[message.id] = asyncio.create_task(self._run(message.id, self.caller, request))

    async def _run(self, name: str, caller: Caller, request: Request) -> None:
        try:
            async with aclosing(await begun(self.shared.schema, caller, request, self.shared.threads)) as results:
                async for result in results:
                    await self.tell({"id": name, "type": "next", "payload": result})
            await self.tell({"id": name, "type": "complete"})
        except Refused as error:
            await self.tell({"id": name, "type": "error", "payload": error.errors})
        except OSError:
            return  # the client is gone, which the reading side finds out by itself
        except Exception as error:  # noqa: BLE001 -- the edge: logged under a reference, told without details
            await self.tell({"id": name, "type": "error", "payload": [internal_failure(error)]})
        finally:
            if self.operations.get(name) is asyncio.current_task():
                del self.operations[name]


def _told_credentials(payload: msgspec.Raw) -> HeaderList:
    """What `connection_init` tells, at its top or below `headers`."""
    try:
        told = _init_decoder.decode(payload) or {}
    except (msgspec.DecodeError, RecursionError) as error:
        raise CloseError(INVALID_MESSAGE, "The payload of connection_init is a JSON object or null") from error
    headers = told.get("headers")
    return credentials_in({**told, **(headers if isinstance(headers, dict) else {})})
