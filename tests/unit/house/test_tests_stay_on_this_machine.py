"""No test reaches another machine, by whatever way it tries."""

import asyncio
import socket

import httpx
import pytest

from tests.support.strictness import NotLoopbackError

ELSEWHERE = ("192.0.2.1", 9)
"""An address of TEST-NET-1, which nobody has."""


def test_sockets_are_refused_beyond_loopback() -> None:
    with socket.socket() as stream, pytest.raises(NotLoopbackError, match=r"192\.0\.2\.1"):
        stream.connect(ELSEWHERE)
    with socket.socket() as stream, pytest.raises(NotLoopbackError):
        stream.connect_ex(("elsewhere.example", 9))
    with socket.socket(type=socket.SOCK_DGRAM) as datagrams, pytest.raises(NotLoopbackError):
        datagrams.sendto(b"", ELSEWHERE)


def test_clients_are_refused_beyond_loopback() -> None:
    with pytest.raises(httpx.ConnectError, match=r"192\.0\.2\.1"):
        httpx.get("http://192.0.2.1:9/", trust_env=False)
    with pytest.raises(NotLoopbackError):
        asyncio.run(asyncio.open_connection(*ELSEWHERE))


def test_this_machine_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()):
        listener.accept()[0].close()
