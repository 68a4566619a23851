"""Sending to a server's public doors over a few kept-alive connections: bounded in what is under way, in retries and in time.

Called by the filling and by live traffic, from a process other than the server's.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import TypeVar

import httpx

from tribute.kit.errors import InvalidInputError, TributeError, UnavailableError

BUSY = frozenset({429, 503})
"""Answers that ask to come again after `Retry-After`."""

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class RefusedError(TributeError):
    """A door refused what the demo sent; sending it again would not help."""


class Door:
    """A server's public doors. Safe for several threads; close it with `with`, after them."""

    def __init__(self, base_url: str, *, connections: int, attempts: int = 10, longest_pause: float = 30.0) -> None:
        """`longest_pause` bounds one wait in seconds, whatever `Retry-After` says. Raises InvalidInputError for an address that is none."""
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        # The environment's proxies are for the internet; the demo's server is at home.
        self._client = httpx.Client(base_url=_address(base_url), limits=limits, timeout=30.0, trust_env=False)
        self._base_url = base_url
        self._attempts = attempts
        self._longest_pause = longest_pause
        self._stopped = threading.Event()

    def __enter__(self) -> "Door":
        return self

    def __exit__(self, *exc: object) -> None:
        self._client.close()

    @contextmanager
    def stopped_after(self) -> Iterator[None]:
        """Ends all waiting when the block is left, by an error or Ctrl-C too: requests under way finish, none is tried again."""
        try:
            yield
        finally:
            self._stopped.set()

    def wait(self, seconds: float) -> bool:
        """Waits; False when stopped meanwhile."""
        return not self._stopped.wait(seconds)

    def try_once(self, path: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        """One POST. Raises httpx.HTTPError when there is no answer."""
        return self._client.post(path, content=body, headers=headers)

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        """POSTs until it is accepted with 200 or 201. Safe to repeat: the server counts a message id, and an order's id, once.

        Raises RefusedError for an answer that will not change, UnavailableError when all attempts are used up or sending was stopped.
        """
        problem = "sending was stopped"
        for attempt in range(self._attempts):
            pause = 0.25 * 2**attempt
            try:
                answer = self.try_once(path, body, headers)
            except httpx.HTTPError as error:
                problem = f"no answer ({type(error).__name__})"
            else:
                if answer.status_code in {200, 201}:
                    return answer
                if answer.status_code not in BUSY and answer.status_code < 500:
                    raise RefusedError(_refusal(path, answer))
                problem = f"it answered {answer.status_code}"
                pause = self.pause_asked(answer, pause)
            if not self.wait(min(pause, self._longest_pause)):
                break
        raise UnavailableError(f"The server at {self._base_url} took nothing ({problem}); see that it runs and has room, then try again")

    def pause_asked(self, answer: httpx.Response, otherwise: float) -> float:
        """Seconds that the server asks to wait, at most `longest_pause`."""
        asked = answer.headers.get("retry-after", "")
        return min(float(asked) if asked.isdecimal() else otherwise, self._longest_pause)


def _address(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not url.host:
        raise InvalidInputError("server", f"{base_url!r} is not an address; give one like http://127.0.0.1:8000")
    return url


def _refusal(path: str, answer: httpx.Response) -> str:
    if answer.status_code in {401, 403}:
        return f"The server refused the credentials at {path} ({answer.status_code}); use a token of the owner and write keys of this home"
    said = " ".join(answer.text[:200].split())
    return f"The server refused what was sent to {path} ({answer.status_code}: {said}); check that it is a Tribute of the same version"


def in_parallel(pool: Executor, work: Callable[[_Item], _Result], items: Iterable[_Item], ahead: int) -> Iterator[_Result]:
    """The results in the order of the items, like `pool.map`, but never more than `ahead` items are taken in advance."""
    under_way: deque[Future[_Result]] = deque()
    for item in items:
        under_way.append(pool.submit(work, item))
        while under_way and (len(under_way) >= ahead or under_way[0].done()):
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()
