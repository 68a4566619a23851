"""What collects is ready before what people look at is loaded; who asks for a page meanwhile waits for it, and it is built once."""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, cast

import pytest

from tribute.app.later import LaterDoor
from tribute.kit.asgi import Receive, Scope, Send
from tribute.kit.errors import UnavailableError

_HEAVY = (
    *("litestar", "ariadne", "graphql", "tribute.web.app", "webauthn", "sqlglot", "alembic"),
    *("jinja2", "babel", "httpx", "cryptography", "botocore", "pydantic", "faker", "psycopg", "tribute.office", "rich"),
)
_FOR_FEW = ("httpx", "pydantic", "cryptography", "webauthn", "botocore", "faker", "sqlglot", "pyarrow", "graphql", "ariadne")
"""What a server keeps out of its memory until somebody needs it."""


class Doors:
    """Notes who came."""

    def __init__(self) -> None:
        self.came: list[str] = []
        self.is_closed = False

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        self.came.append(scope["path"])

    def close(self) -> None:
        self.is_closed = True


def test_nothing_for_people_is_loaded_before_it_is_ready() -> None:
    told = f"""
import sys
from tribute.cli.plain_structlog import load_structlog_without_rich

load_structlog_without_rich()
import tribute.app.serving
print([name for name in {_HEAVY!r} if name in sys.modules])
"""
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.slow
def test_what_few_need_is_not_in_memory_once_the_doors_are_open(tmp_path: Path) -> None:
    told = f"""
import sys
from tribute.app.parts import Parts
from tribute.app.site import build_site
from tribute.app.workers import Workers
from tribute.settings import load_settings

with Parts.open(load_settings({{"HOME": {str(tmp_path)!r}}})) as parts:
    site = build_site(parts, Workers(parts), public_url="http://127.0.0.1:1", control_secret="secret")
    site.make_ready_for_people()
    parts.loader.load_spool(may_look=False)
    print([name for name in {_FOR_FEW!r} if name in sys.modules])
    site.close()
"""
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_who_comes_while_they_are_built_waits_and_they_are_built_once() -> None:
    built: list[Doors] = []
    may_build = threading.Event()

    def build() -> Any:
        may_build.wait(10)
        built.append(Doors())
        return built[-1]

    later = LaterDoor(build, end=Doors.close)

    async def come(path: str) -> None:
        await later(cast("Scope", {"type": "http", "path": path}), None, None)  # type: ignore[arg-type]

    async def come_early() -> None:
        early = [asyncio.create_task(come(f"/{number}")) for number in range(3)]
        await asyncio.sleep(0)  # the event loop is not held up
        may_build.set()
        await asyncio.gather(*early)
        await come("/late")

    asyncio.run(come_early())
    [doors] = built
    assert sorted(doors.came) == ["/0", "/1", "/2", "/late"]
    later.close()
    assert doors.is_closed


def test_what_could_not_be_built_is_tried_again() -> None:
    tries: list[int] = []

    def build() -> Any:
        tries.append(len(tries))
        if len(tries) == 1:
            raise OSError
        return Doors()

    later = LaterDoor(build)
    try:
        later.built()
    except OSError:
        assert isinstance(later.built(), Doors)
    assert tries == [0, 1]


def test_nothing_is_built_once_the_site_is_closed() -> None:
    """The thread that builds may come to it only when the parts below are gone."""
    later: LaterDoor[Doors] = LaterDoor(lambda: pytest.fail("built"))
    later.close()
    with pytest.raises(UnavailableError, match="stopping"):
        later.built()
