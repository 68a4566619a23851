"""The quarantine keeps unreadable input once, privately, bounded, until it is removed."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.spools import NOON
from tribute.kit.clock import FixedClock
from tribute.kit.errors import NotFoundError
from tribute.loader.json_stream import MAX_OBJECT_BYTES
from tribute.objects.quarantine import Quarantine, QuarantineUnavailableError


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def quarantine(tmp_path: Path, clock: FixedClock) -> Quarantine:
    return Quarantine(tmp_path / "quarantine", clock)


def test_an_item_is_kept_with_its_reason(quarantine: Quarantine) -> None:
    item = quarantine.put("source", 7, "no JSON", b"\xff{")
    assert (item.source, item.offset, item.reason, item.size) == ("source", 7, "no JSON", 2)
    assert item.quarantined_at == NOON
    assert quarantine.list() == [item]
    assert quarantine.get(item.id) == item
    assert quarantine.content(item.id) == b"\xff{"


def test_the_same_input_is_kept_once(quarantine: Quarantine, clock: FixedClock) -> None:
    first = quarantine.put("source", 7, "no JSON", b"x")
    clock.at += timedelta(hours=1)
    assert quarantine.put("source", 7, "no JSON", b"x") == first
    others = [quarantine.put("source", 8, "no JSON", b"x"), quarantine.put("other", 7, "", b"x"), quarantine.put("source", 7, "", b"y")]
    assert len({first.id, *(item.id for item in others)}) == 4
    assert quarantine.list()[0] == first
    assert len(quarantine.list()) == 4


def test_long_content_is_cut_and_says_so(quarantine: Quarantine) -> None:
    content = b"x" * (MAX_OBJECT_BYTES + 1)
    item = quarantine.put("source", 0, "too long", content)
    assert (item.size, item.is_cut) == (MAX_OBJECT_BYTES + 1, True)
    assert quarantine.content(item.id) == content[:-1]
    assert not quarantine.put("source", 1, "just fits", content[:-1]).is_cut


def test_removing(quarantine: Quarantine, tmp_path: Path) -> None:
    item = quarantine.put("source", 0, "reason", b"x")
    quarantine.remove(item.id)
    quarantine.remove(item.id)
    assert quarantine.list() == []
    assert list((tmp_path / "quarantine").iterdir()) == []
    with pytest.raises(NotFoundError):
        quarantine.content(item.id)


@pytest.mark.parametrize("item_id", ["", "../secret", "0" * 32, "x" * 32])
def test_an_id_that_nobody_has(quarantine: Quarantine, tmp_path: Path, item_id: str) -> None:
    (tmp_path / "secret.json").write_bytes(b"{}")
    with pytest.raises(NotFoundError, match="tribute quarantine list"):
        quarantine.get(item_id)
    quarantine.remove(item_id)
    assert (tmp_path / "secret.json").exists()


def test_an_interrupted_put_is_no_item_and_can_be_repeated(quarantine: Quarantine, tmp_path: Path) -> None:
    item = quarantine.put("source", 0, "reason", b"x")
    meta = tmp_path / "quarantine" / f"{item.id}.json"
    meta.unlink()
    assert quarantine.list() == []
    meta.write_bytes(b"{")
    assert quarantine.list() == []
    assert quarantine.put("source", 0, "reason", b"x") == item
    assert quarantine.list() == [item]


def test_it_is_for_its_owner_alone(quarantine: Quarantine, tmp_path: Path) -> None:
    quarantine.put("source", 0, "reason", b"x")
    assert [path for path in tmp_path.rglob("*") if path.stat().st_mode & 0o077] == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(QuarantineUnavailableError, match="file/quarantine cannot be used"):
        Quarantine(tmp_path / "file" / "quarantine", clock).put("source", 0, "reason", b"x")
    assert Quarantine(tmp_path / "none", clock).list() == []
