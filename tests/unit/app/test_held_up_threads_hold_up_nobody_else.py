"""When every shared thread waits for something slow, health is still told, commands still answered, and passwords still compared."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import httpx

from tests.support.portal import Portal
from tribute.app.control import CONTROL_PATH, ControlDoor
from tribute.app.health import HealthDoor
from tribute.app.parts import Parts
from tribute.app.workers import Workers
from tribute.collector.stats import CollectorStats
from tribute.kit.asgi import AsgiApp

_PATIENCE_SECONDS = 20.0


@asynccontextmanager
async def held_up() -> AsyncIterator[None]:
    """The loop's shared threads, all of them waiting."""
    loop, released = asyncio.get_running_loop(), threading.Event()
    loop.set_default_executor(ThreadPoolExecutor(1))
    waiting = loop.run_in_executor(None, released.wait, _PATIENCE_SECONDS)
    try:
        yield
    finally:
        released.set()
        assert await waiting, "it waited for the shared threads"


def client(app: AsgiApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://portal.test", timeout=60)


def test_readiness_is_told(parts: Parts) -> None:
    door = HealthDoor(parts, Workers(parts), CollectorStats())

    async def ask() -> httpx.Response:
        async with client(door) as asking, held_up():
            return await asking.get("/readyz")

    assert asyncio.run(ask()).text == "ready\n"
    door.close()


def test_commands_are_answered() -> None:
    door = ControlDoor(lambda operation, _arguments, _tell: f"did {operation}", "secret")

    async def ask() -> httpx.Response:
        async with client(door) as asking, held_up():
            call = {"operation": "load", "arguments": {}}
            return await asking.post(CONTROL_PATH, json=call, headers={"authorization": "Bearer secret"})

    assert json.loads(asyncio.run(ask()).text) == {"result": "did load"}
    door.close()


def test_passwords_are_compared(portal: Portal) -> None:
    async def ask() -> httpx.Response:
        async with client(portal) as asking:
            page = (await asking.get("/sign-in")).text
            token = page.partition('name="_csrf_token" value="')[2].partition('"')[0]
            async with held_up():
                return await asking.post("/sign-in", data={"_csrf_token": token, "email": "ada@example.com", "password": "a wrong one"})

    assert asyncio.run(ask()).status_code == 401
