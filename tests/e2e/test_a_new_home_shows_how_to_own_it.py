"""The first start prints a link that makes the owner, on stderr, and the ready line alone on stdout; with an owner there is no link."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.served import environment

pytestmark = pytest.mark.slow


def started(home: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tribute", "serve", "--json", "--port", "0", "--home", str(home)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment({}))


def ended(process: "subprocess.Popen[str]") -> str:
    """What it said on stderr."""
    process.send_signal(signal.SIGTERM)
    out, told = process.communicate(timeout=60)
    assert out == ""
    return told


def test_the_first_start_shows_a_link_and_the_next_does_not(tmp_path: Path) -> None:
    process = started(tmp_path / "home")
    assert process.stdout is not None
    url = json.loads(process.stdout.readline())["url"]
    assert process.stderr is not None
    link = ""
    while not (found := re.search(r"http\S+/sign-in/first/\S+", link)):
        link = process.stderr.readline()
    with httpx.Client(trust_env=False, timeout=60) as client:
        token = re.search(r'name="_csrf_token" value="([^"]+)"', client.get(found[0]).text)
        assert token is not None
        told = {"name": "Olga", "email": "olga@owner.example", "password": "correct horse battery", "_csrf_token": token[1]}
        arrived = client.post(found[0], data=told)
        assert (arrived.status_code, arrived.headers["location"]) == (303, "/owner")
        assert client.get(f"{url}/owner").status_code == 200
    ended(process)
    again = started(tmp_path / "home")
    assert again.stdout is not None
    assert list(json.loads(again.stdout.readline())) == ["url"]
    assert "/sign-in/first/" not in ended(again)
