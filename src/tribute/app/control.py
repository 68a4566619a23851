"""How commands ask the server that owns the home: a door for operations, and its client side.

The door is a path of the server, open to whoever shows the secret of `server.json`, which only the home's owner can read.
It answers in lines of JSON: `{"progress": …}` while it works, then one `{"result": …}` or `{"error": …}`.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import structlog

from tribute.app.ownership import ServerNote
from tribute.kit.asgi import BodyTooLargeError, ClientGoneError, Receive, Scope, Send, header, read_body, respond
from tribute.kit.errors import TributeError

log = structlog.get_logger(__name__)

CONTROL_PATH = "/_control"
_MOST_AT_ONCE = 4
_MAX_BODY_BYTES = 1024 * 1024
_PLAIN = [(b"content-type", b"text/plain; charset=utf-8")]

OnProgress = Callable[[dict[str, Any]], None]
"""Called now and then while an operation works, with `done`, `total` and `what`."""
Perform = Callable[[str, dict[str, Any], OnProgress], Any]
"""Performs an operation by name and arguments; what it returns can be told in JSON."""


class _Call(msgspec.Struct):
    operation: str
    arguments: dict[str, Any]


class ControlDoor:
    """The server's side. Operations run in threads of their own; one whose caller goes away is finished all the same."""

    def __init__(self, perform: Perform, secret: str) -> None:
        self._perform = perform
        self._authorization = f"Bearer {secret}"
        self._threads = ThreadPoolExecutor(_MOST_AT_ONCE, "control")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        shown = header(scope, b"authorization") or ""
        if scope["method"] != "POST" or not hmac.compare_digest(shown.encode(), self._authorization.encode()):
            await respond(send, 404, _PLAIN, b"Not Found")
            return
        try:
            call = msgspec.json.decode(await read_body(receive, _MAX_BODY_BYTES), type=_Call)
        except (msgspec.DecodeError, BodyTooLargeError, ClientGoneError):
            await respond(send, 400, _PLAIN, b"The call is not understood.")
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/x-ndjson")]})
        async for line in self._lines(call.operation, call.arguments):
            await send({"type": "http.response.body", "body": msgspec.json.encode(line) + b"\n", "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def close(self) -> None:
        """Wait for the operations under way; none may come after."""
        self._threads.shutdown(cancel_futures=True)

    async def _lines(self, operation: str, arguments: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        loop = asyncio.get_running_loop()
        news: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

        def tell(progress: dict[str, Any]) -> None:
            loop.call_soon_threadsafe(news.put_nowait, {"progress": progress})

        work = loop.run_in_executor(self._threads, self._perform, operation, arguments, tell)
        work.add_done_callback(lambda _: news.put_nowait(None))
        while (line := await news.get()) is not None:
            yield line
        try:
            yield {"result": work.result()}
        except TributeError as error:
            yield {"error": str(error)}
        except Exception:
            log.exception("operation_failed", operation=operation)
            yield {"error": "The server failed at this; its log says why."}


class ControlClient:
    """The command's side: performs operations in the server."""

    def __init__(self, note: ServerNote) -> None:
        self._note = note

    def perform(self, operation: str, arguments: dict[str, Any], on_progress: OnProgress) -> Any:
        """The operation's result. Raises TributeError with the server's own sentence."""
        import httpx  # only here: the server needs none of it

        try:
            return self._ask(operation, arguments, on_progress)
        except httpx.HTTPError as error:
            raise TributeError(f"The server at {self._note.url} (process {self._note.pid}) does not answer: {error}.") from error

    def _ask(self, operation: str, arguments: dict[str, Any], on_progress: OnProgress) -> Any:
        import httpx

        call = {"operation": operation, "arguments": arguments}
        headers = {"Authorization": f"Bearer {self._note.secret}"}
        timeout = httpx.Timeout(10, read=None)
        with httpx.stream("POST", self._note.url + CONTROL_PATH, json=call, headers=headers, timeout=timeout, trust_env=False) as answer:
            if answer.status_code != httpx.codes.OK:
                raise TributeError(f"The server at {self._note.url} refused the call ({answer.status_code}); is it another home's?")
            for line in _told(answer.iter_lines()):
                if "progress" in line:
                    on_progress(line["progress"])
                elif "error" in line:
                    raise TributeError(line["error"])
                else:
                    return line["result"]
        raise TributeError("The server stopped before it had finished.")


def _told(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line:
            yield msgspec.json.decode(line, type=dict[str, Any])
