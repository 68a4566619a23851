"""The address for people: the public one, else the running server's, else where one would listen."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tribute.home import public_url
from tribute.settings import Settings


def note(home: Path, **content: object) -> None:
    (home / "server.json").write_text(json.dumps(content))


def test_without_a_server_it_is_where_one_would_listen(tmp_path: Path) -> None:
    assert public_url(Settings(home=tmp_path, port=8100)) == "http://127.0.0.1:8100"


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),  # noqa: S104 -- nothing listens
        ("::", "[::1]"),
        ("::1", "[::1]"),
        ("box.lan", "box.lan"),
    ],
)
def test_a_running_server_says_where_it_is(tmp_path: Path, host: str, shown: str) -> None:
    note(tmp_path, host=host, port=1234, pid=os.getpid(), secret="x")
    assert public_url(Settings(home=tmp_path)) == f"http://{shown}:1234"


def test_a_public_address_wins(tmp_path: Path) -> None:
    note(tmp_path, host="127.0.0.1", port=1234, pid=os.getpid())
    assert public_url(Settings(home=tmp_path, public_url="https://x.example")) == "https://x.example"


def test_the_note_of_a_killed_server_is_not_believed(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    note(tmp_path, host="127.0.0.1", port=1234, pid=ended.pid)
    assert public_url(Settings(home=tmp_path)) == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"host": "h", "port": "x", "pid": 1}', '{"host": "h", "port": 1, "pid": 1e300}', "\x00"]
)
def test_a_damaged_note_is_not_believed(tmp_path: Path, content: str) -> None:
    (tmp_path / "server.json").write_text(content)
    assert public_url(Settings(home=tmp_path)) == "http://127.0.0.1:8000"
