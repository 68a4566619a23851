"""What one connection may cost: so many bytes and so much time for a request, and so much time between two. Under the fast shell.

Uvicorn bounds the time between two requests alone, with a timer for each; here one alarm a connection does for all that it waits for.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 64 * 1024
"""Request line and headers. Browsers and proxies stop far below."""
MOST_REQUEST_BYTES = 16 * 1024 * 1024
"""A whole request, trailers and what follows a refusal included. Four times the largest body that any door takes."""
REQUEST_SECONDS = 120.0
"""From a request's first byte to its last, and from the connection to the first byte: 4 MB over a bad mobile line take less."""
_LOOKS_A_KEEP_ALIVE = 4
"""How often the alarm looks in the time that a connection may rest: it is closed at most a fourth of it late."""

_HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedProtocol(HttpToolsProtocol):
    """A connection that gives up on requests without end. Too slow is closed without an answer: browsers send again at once after a 408.

    The subclass, which has uvicorn's callbacks, says when a head begins and ends and when a request is whole.
    """

    _waiting_since: float | None = None
    """When bytes came, or the connection was made, that no whole request has followed yet."""
    resting_since: float | None = None
    """When a request was answered behind which nothing has come yet, and of which uvicorn's own timer does not know."""
    _received = 0
    _in_head = False
    _alarm: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._waiting_since = self.loop.time()
        self._look_at_the_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_alarm()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        self._stop_alarm()  # the connection is another protocol's from here on
        super().handle_websocket_upgrade()

    def data_received(self, data: bytes) -> None:
        self.resting_since = None
        if self._waiting_since is None:
            self._waiting_since = self.loop.time()
        self._received += len(data)
        if self._received > MOST_HEAD_BYTES and self._is_too_much():
            return
        super().data_received(data)

    def head_begins(self) -> None:
        """The first byte of a request was read."""
        self._in_head = True
        self._received = 0
        if self._waiting_since is None:  # the one before it ended in the same piece
            self._waiting_since = self.loop.time()

    def head_ends(self) -> None:
        """All headers were read."""
        self._in_head = False

    def request_ends(self) -> None:
        """The last byte of a request was read; how long the answer takes is no fault of the sender's."""
        self._waiting_since = None
        self._received = 0

    def _stop_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _is_too_much(self) -> bool:
        """Whether the sender is sent away."""
        if self.transport.is_closing():
            return True
        if self._in_head:
            self.transport.write(_HEAD_TOO_LARGE)
            self.transport.close()
        elif self._received > MOST_REQUEST_BYTES:
            self.transport.abort()
        return self.transport.is_closing()

    def _look_at_the_clock(self) -> None:
        """One alarm a connection, moved on while its requests arrive in time: cheaper than one a request."""
        now, waiting, resting = self.loop.time(), self._waiting_since, self.resting_since
        if waiting is not None and now - waiting >= REQUEST_SECONDS:
            self.transport.abort()
        elif resting is not None and now - resting >= self.timeout_keep_alive:
            self.transport.close()
        else:
            due = REQUEST_SECONDS if waiting is None else waiting + REQUEST_SECONDS - now
            self._alarm = self.loop.call_later(min(due, self.timeout_keep_alive / _LOOKS_A_KEEP_ALIVE), self._look_at_the_clock)
