"""Static files: kept for ever under an address that changes with them, compressed, and small enough together."""

import gzip
import hashlib
import re
from importlib.resources import files

import pytest

from tests.support.portal import Portal
from tribute.access.caller import Role

PAGE_BUDGET = 150_000


def test_a_page_stays_light(portal: Portal) -> None:
    client = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    page = client.get("/").text
    seen: set[str] = set()
    waiting = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        text = client.get(address).text
        for name in re.findall(r'from "(\.[^"]+)"', text):
            folder = address.rsplit("/", 1)[0]
            waiting.append(folder.rsplit("/", 1)[0] + name[2:] if name.startswith("../") else folder + name[1:])
    total = len(page) + sum(len(client.get(address).content) for address in seen)
    assert len(seen) > 15
    assert total < PAGE_BUDGET


def test_an_address_of_another_version_is_not_kept(portal: Portal) -> None:
    client = portal.client()
    now = re.findall(r'href="(/static/[^"]+\.css)"', client.get("/sign-in").text)[0]
    assert client.get(now).headers["cache-control"] == "public, max-age=31536000, immutable"
    old = client.get(re.sub("/static/[^/]+/", "/static/0123456789ab/", now))
    assert (old.status_code, old.headers["cache-control"]) == (200, "no-cache")


def test_text_is_sent_compressed(portal: Portal) -> None:
    client = portal.client()
    address = re.findall(r'href="(/static/[^"]+\.css)"', client.get("/sign-in").text)[0]
    packed = client.get(address, headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert len(gzip.compress(packed.content)) < len(packed.content)


@pytest.mark.parametrize("path", ["/static/x/../../app.py", "/static/x/%2e%2e/app.py", "/static/x/nothing.css", "/static/", "/static/x/"])
def test_nothing_else_is_served(portal: Portal, path: str) -> None:
    assert portal.client().get(path).status_code == 404


def test_vendored_files_are_what_they_say() -> None:
    folder = files("tribute.graphql").joinpath("static/vendor")
    rows = re.findall(r"\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|", folder.joinpath("VENDORED.md").read_text())
    assert rows
    assert {name: hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() for name, _ in rows} == dict(rows)
    shipped = {entry.name for entry in folder.iterdir()} - {"VENDORED.md"}
    assert {name for name in shipped if not name.startswith("LICENSE")} == {name for name, _ in rows}


@pytest.mark.parametrize("package", ["tribute.web", "tribute.graphql"])
def test_our_own_modules_are_short(package: str) -> None:
    for script in files(package).joinpath("static").rglob("*.js"):
        if "vendor" not in str(script):
            assert len(script.read_text().splitlines()) < 300, script.name
