"""`tribute serve`: opens a home, runs its workers and its site in one process, and drains on SIGTERM."""

import gc
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import structlog
import uvicorn

from tribute.access.first_owner import FirstOwner
from tribute.app.logs import configure_logging
from tribute.app.ownership import ServerNote, announce, withdraw
from tribute.app.parts import Parts
from tribute.app.site import Site, build_site
from tribute.app.workers import Workers
from tribute.collector.fast import fast_protocol
from tribute.kit.errors import TributeError, UnavailableError
from tribute.kit.ids import new_secret
from tribute.settings import Settings

_log = structlog.get_logger(__name__)

_DRAIN_SECONDS = 20
_KEEP_ALIVE_SECONDS = 75
"""Longer than the 60 s after which common proxies give their own connections up, so that the race for a closing one is theirs to win."""

_MAX_MESSAGE_BYTES = 128 * 1024
"""A websocket message: a GraphQL request and a little around it."""

_MOST_FILES = 65_536
_ALLOCATIONS_A_COLLECTION = 20_000

OnReady = Callable[[str], None]
"""Called with the address once requests are answered."""

OnUnowned = Callable[[str], None]
"""Called before that with the link that makes the first owner, while there is none."""


def serve(settings: Settings, on_ready: OnReady, on_unowned: OnUnowned) -> None:
    """Serve a home until SIGTERM or Ctrl-C; returns when everything accepted is durable and closed.

    Raises TributeError when the port is taken or the home cannot be opened.
    """
    configure_logging(settings)
    _allow_many_connections()
    listener = _listen(settings.host, settings.port)
    try:
        port = listener.getsockname()[1]
        settings = replace(settings, port=port)
        note = ServerNote(os.getpid(), settings.host, port, new_secret())
        with Parts.open(settings, renew_outdated=True) as parts:
            _run(parts, listener, note, on_ready, on_unowned)
    finally:
        listener.close()


def _run(parts: Parts, listener: socket.socket, note: ServerNote, on_ready: OnReady, on_unowned: OnUnowned) -> None:
    home, workers = parts.settings.home, Workers(parts)
    address = parts.settings.public_url or note.url
    site = build_site(parts, workers, public_url=address, control_secret=note.secret)
    config = uvicorn.Config(
        site,
        http=fast_protocol(site.collector),
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        ws="websockets-sansio",
        ws_max_size=_MAX_MESSAGE_BYTES,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        date_header=True,
        access_log=False,
        log_config=None,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )

    def tell() -> None:
        announce(home, note)
        if (token := FirstOwner(parts.database, parts.clock).new_link()) is not None:
            on_unowned(f"{address}/sign-in/first/{token}")
        on_ready(address)
        threading.Thread(target=_make_ready_for_people, args=[site], name="doors", daemon=True).start()

    server = _AnnouncedServer(config, tell)
    _stop_on_signals(server)
    workers.start()
    _collect_garbage_seldom()
    try:
        server.run(sockets=[listener])
    finally:
        withdraw(home)
        site.close()
        workers.stop()
        gc.unfreeze()  # or what was taken out of the search is never freed, and DuckDB's binding complains of it at the end


def _make_ready_for_people(site: Site) -> None:
    try:
        site.make_ready_for_people()
        gc.freeze()
    except UnavailableError:  # stopped before anybody came
        return
    except Exception:  # noqa: BLE001  the thread's edge: who asks for a page tries again, and is told
        _log.exception("doors_not_built")


def _allow_many_connections() -> None:
    """Take what the system lets this user have: every visitor's browser holds a connection for a while, and 1,024 are soon used up."""
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if most == resource.RLIM_INFINITY else min(most, _MOST_FILES)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(usual, wanted), most))


def _collect_garbage_seldom() -> None:
    """Take what is loaded by now out of every later search for garbage, and search after more allocations than Python's few hundred.

    At thousands of requests a second, whose objects are freed by counting, Python would go through the whole program again and again.
    The garbage of loading itself stays: it is less than a megabyte, and to look for it would hold up everybody for a tenth of a second.
    """
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS_A_COLLECTION, 20, 20)
    gc.enable()


def _stop_on_signals(server: uvicorn.Server) -> None:
    """Let SIGTERM and Ctrl-C end the server. Uvicorn raises them again when it is done, and then there is still work to close."""

    def stop(*_: object) -> None:
        server.should_exit = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


class _AnnouncedServer(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises TributeError when the address cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise TributeError(f"{host} is no address of this machine ({error.strerror}); choose another with --host") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
        listener.set_inheritable(False)
    except OSError as error:
        listener.close()
        raise TributeError(f"port {port} on {host} cannot be had: {error.strerror}; choose another with --port") from error
    return listener
