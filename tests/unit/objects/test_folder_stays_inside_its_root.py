"""The folder engine touches nothing outside its root, shows nothing unfinished, and tells a failing disk as the port says."""

import os
import time
from pathlib import Path

import pytest

from tribute.kit.errors import InvalidInputError
from tribute.objects import atomic
from tribute.objects.folder import FolderObjectStore
from tribute.objects.port import ObjectNotFoundError, ObjectStoreUnavailableError


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that a link inside the root leads to."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret").write_bytes(b"secret")
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(folder)
    (root / "file").symlink_to(folder / "secret")
    return folder


def test_links_are_not_followed(tmp_path: Path, outside: Path) -> None:
    store = FolderObjectStore(tmp_path / "root")
    assert list(store.list()) == []
    for key in ("link/secret", "file"):
        with pytest.raises(ObjectNotFoundError):
            store.open(key)
    for key in ("link/new", "link/deep/new"):
        with pytest.raises(InvalidInputError):
            store.put(key, b"x")
    store.delete("link/secret")
    assert [path.name for path in outside.iterdir()] == ["secret"]


def test_putting_over_a_link_replaces_the_link(tmp_path: Path, outside: Path) -> None:
    store = FolderObjectStore(tmp_path / "root")
    store.put("file", b"mine")
    assert (outside / "secret").read_bytes() == b"secret"
    with store.open("file") as stream:
        assert stream.read() == b"mine"


def test_the_root_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "root").symlink_to(tmp_path / "real")
    FolderObjectStore(tmp_path / "root").put("a/b", b"x")
    assert (tmp_path / "real" / "a" / "b").read_bytes() == b"x"


def test_a_failed_write_leaves_the_old_object_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderObjectStore(tmp_path)
    store.put("a", b"old")

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", fail)
    with pytest.raises(ObjectStoreUnavailableError, match=r"cannot be written: No space left on device; it needs free space"):
        store.put("a", b"new")
    monkeypatch.undo()
    with store.open("a") as stream:
        assert stream.read() == b"old"
    assert list((tmp_path / ".unfinished").iterdir()) == []


def test_unfinished_writes_are_not_objects_and_are_swept_when_old(tmp_path: Path) -> None:
    FolderObjectStore(tmp_path)
    left, new = tmp_path / ".unfinished" / "a.1", tmp_path / ".unfinished" / "a.2"
    for path in (left, new):
        path.write_bytes(b"half")
    os.utime(left, (time.time() - 90_000,) * 2)
    store = FolderObjectStore(tmp_path)
    assert list(store.list()) == []
    assert not left.exists()
    assert new.exists()
    with pytest.raises(InvalidInputError, match="unfinished writes"):
        store.put(".unfinished/a", b"x")


def test_a_root_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ObjectStoreUnavailableError, match="file/objects cannot be opened"):
        FolderObjectStore(tmp_path / "file" / "objects")


def test_a_foreign_file_that_is_no_key_is_left_out(tmp_path: Path) -> None:
    store = FolderObjectStore(tmp_path)
    store.put("a", b"x")
    (tmp_path / "umlaut-ä").write_bytes(b"x")
    (tmp_path / "ordner-ö").mkdir()
    assert [info.key for info in store.list()] == ["a"]


def test_objects_are_for_their_owner_alone(tmp_path: Path) -> None:
    store = FolderObjectStore(tmp_path / "root")
    store.put("a/b", b"x")
    assert [path for path in (tmp_path / "root").rglob("*") if path.stat().st_mode & 0o077] == []


def test_the_time_of_change_moves_on_even_when_the_clock_does_not(tmp_path: Path) -> None:
    store = FolderObjectStore(tmp_path)
    store.put("a", b"1")
    ahead = time.time_ns() + 10**12
    os.utime(tmp_path / "a", ns=(ahead, ahead))
    (before,) = store.list()
    after = store.put("a", b"2")
    assert after.etag != before.etag
    assert (tmp_path / "a").stat().st_mtime_ns == ahead + 1


def test_a_folder_that_was_emptied_is_gone(tmp_path: Path) -> None:
    store = FolderObjectStore(tmp_path / "root")
    store.put("a/b/c", b"1")
    store.put("a/d", b"1")
    store.delete("a/b/c")
    assert sorted(path.name for path in (tmp_path / "root").rglob("*")) == [".unfinished", "a", "d"]
