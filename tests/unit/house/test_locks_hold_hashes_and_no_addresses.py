"""What is installed is pinned by content and not by place: every package has its hash, and no lock names a download address."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_requirement_is_pinned_with_hashes(path: Path) -> None:
    content = path.read_text()
    pins = re.split(r"^(?=[a-z0-9])", content, flags=re.MULTILINE | re.IGNORECASE)[1:]
    assert pins
    for pin in pins:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+", pin), pin
        assert "--hash=sha256:" in pin, pin
    assert "://" not in content


def test_every_npm_package_is_pinned_with_its_hash() -> None:
    packages = json.loads((ROOT / "tests" / "sdk" / "package-lock.json").read_text())["packages"]
    pins = {name: package for name, package in packages.items() if name}
    assert pins
    assert [name for name, package in pins.items() if "integrity" not in package] == []
    assert [name for name, package in pins.items() if "resolved" in package] == []
    assert all(re.fullmatch(r"\d+\.\d+\.\d+\S*", version) for version in packages[""]["dependencies"].values())
