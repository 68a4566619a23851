"""Browsers keep their connections for a while: more of them than the usual limit of files must not keep the next visitor out."""

import resource
import socket
import sys
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.served import Tribute

USUAL_FILES = 128
IDLE = 200


@pytest.mark.slow
@pytest.mark.skipif(resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 1024, reason="needs a hard limit of 1,024 open files: `ulimit -Hn`")
def test_an_event_is_taken_beside_many_idle_connections(tmp_path: Path) -> None:
    limited = ("sh", "-c", f'ulimit -Sn {USUAL_FILES} && exec "$@"', "sh", sys.executable, "-m", "tribute")
    tribute = Tribute(tmp_path / "home", command=limited)
    write_key = tribute.add_website("Docs", "docs.acme.example")
    tribute.start()
    try:
        place = urlsplit(tribute.url)
        with ExitStack() as held:
            for _ in range(IDLE):
                held.enter_context(socket.create_connection((str(place.hostname), place.port or 0), timeout=10))
            reply = httpx.post(f"{tribute.url}/v1/page", json={"anonymousId": "v"}, auth=(write_key, ""), trust_env=False, timeout=60)
            assert reply.status_code == 200
    finally:
        tribute.stop()
