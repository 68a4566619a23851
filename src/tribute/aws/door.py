"""A service's door as an ASGI application: checks each call's signature before it reads more than it must, and answers as AWS does.

Invariant: no operation is reached but by a call signed with a key in force. Mounted by `app`, one for each service.
"""

import asyncio
import traceback
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Protocol

import msgspec
import structlog

from tribute.access.aws_keys import AwsKey
from tribute.aws.call import Call, Operation
from tribute.aws.errors import AwsError, unavailable
from tribute.aws.sigv4 import Claim, Head, claim_of, unknown_key, verify
from tribute.kit.asgi import BodyTooLargeError, ClientGoneError, Receive, Scope, Send, read_body, respond
from tribute.kit.clock import Clock
from tribute.kit.errors import UnavailableError

log = structlog.get_logger(__name__)

_MOST_AT_ONCE: Final = 64
"""Calls under way; each may hold a body. Beyond that clients are told to slow down, and try again by themselves."""
_INVOCATION_ID: Final = "amz-sdk-invocation-id"


class Keys(Protocol):
    """The keys that calls are signed with. Both may wait for the ledger, and raise UnavailableError."""

    def key(self, access_key_id: str) -> AwsKey | None: ...
    def note_use(self, key: AwsKey) -> None: ...


@dataclass(frozen=True, slots=True)
class Service:
    """What one of AWS's services looks like on the wire, and its operations."""

    signing_name: str
    target_prefix: str
    json_version: str
    message_member: str
    """What the service's errors call their message."""
    most_body_bytes: int
    operations: Mapping[str, Operation]


class AwsDoor:
    """Answers a service's calls. Belongs to one event loop."""

    def __init__(self, service: Service, keys: Keys, clock: Clock, threads: ThreadPoolExecutor) -> None:
        """`threads` ask the ledger for keys; whoever made them ends them."""
        self._service = service
        self._keys = keys
        self._clock = clock
        self._threads = threads
        self._content_type = f"application/x-amz-json-{service.json_version}".encode()
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = str(uuid.uuid4())
        error: AwsError | None = None
        answer: dict[str, Any] = {}
        try:
            head = Head(scope["method"], scope.get("raw_path") or scope["path"].encode(), scope["query_string"], scope["headers"])
            answer = await self._answer(head, receive, request_id, scope["scheme"])
        except ClientGoneError:
            return
        except AwsError as refused:
            error = refused
        except UnavailableError:
            error = unavailable("The ledger or the disk cannot be used now; try again in a moment.")
        except Exception as bug:  # noqa: BLE001 -- a mistake of ours is answered as one, and never as a client's
            _tell(bug)
            error = AwsError("InternalFailure", "The server failed at this; its log says where.", 500)
        headers = [(b"content-type", self._content_type), (b"x-amzn-requestid", request_id.encode()), (b"cache-control", b"no-store")]
        if error is not None:
            headers.append((b"x-amzn-errortype", error.code.encode()))
            answer = {"__type": error.code, self._service.message_member: error.message, **error.details}
        await respond(send, error.status if error is not None else 200, headers, msgspec.json.encode(answer))

    async def _answer(self, head: Head, receive: Receive, request_id: str, scheme: str) -> dict[str, Any]:
        """The operation's output. The body is read only for a key in force: strangers cost no memory."""
        claim = claim_of(head, self._service.signing_name, self._clock.now())
        key: AwsKey | None = await self._in_thread(lambda: self._keys.key(claim.access_key_id))
        if key is None:
            raise unknown_key()
        if self._under_way >= _MOST_AT_ONCE:
            raise unavailable()
        self._under_way += 1
        try:
            body = await self._body(receive)
            await self._in_thread(lambda: self._verified(claim, key, body))
            origin = f"{scheme}://{head.values()['host'][0]}"
            return await self._operation(head)(Call(key.record, body, _invocation_id(head, claim), request_id, origin))
        finally:
            self._under_way -= 1

    async def _body(self, receive: Receive) -> bytes:
        try:
            return await read_body(receive, self._service.most_body_bytes)
        except BodyTooLargeError as error:
            most = f"{self._service.most_body_bytes:,} bytes are the most"
            raise AwsError("RequestEntityTooLargeException", f"The body is too large; {most}.", 413) from error

    def _verified(self, claim: Claim, key: AwsKey, body: bytes) -> None:
        verify(claim, key.secret, body)
        self._keys.note_use(key)

    def _operation(self, head: Head) -> Operation:
        target = "".join(head.values().get("x-amz-target", []))
        prefix, _, name = target.partition(".")
        operation = self._service.operations.get(name) if prefix == self._service.target_prefix else None
        if operation is None or head.method != "POST":
            known = ", ".join(sorted(self._service.operations))
            raise AwsError("UnknownOperationException", f"This door has {known}.", 404)
        return operation

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _invocation_id(head: Head, claim: Claim) -> str:
    """What the SDK calls this call, however often it tries; else a name of our own. What is not signed may be anybody's word."""
    told = head.values().get(_INVOCATION_ID, []) if _INVOCATION_ID in claim.signed else []
    return told[0] if len(told) == 1 else uuid.uuid4().hex


def _tell(error: BaseException) -> None:
    """Log an unforeseen error by its type and place alone: its text may hold what a visitor sent."""
    place = traceback.extract_tb(error.__traceback__)[-1:]
    log.error("aws_call_failed", error=type(error).__name__, at=[f"{frame.name}:{frame.lineno}" for frame in place])
