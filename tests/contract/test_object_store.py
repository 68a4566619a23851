"""The contract of every object store engine; a new engine adds one line to `ENGINES` and passes all of this."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.s3 import new_prefix, shared_bucket
from tribute.kit.errors import InvalidInputError
from tribute.objects.folder import FolderObjectStore
from tribute.objects.port import ObjectNotFoundError, ObjectStore
from tribute.objects.s3.store import S3ObjectStore

pytestmark = pytest.mark.xdist_group("s3")  # one server for all of them


def _in_s3(_: Path) -> ObjectStore:
    """In a real S3 server, read in small ranges, so that objects here need several of them."""
    return S3ObjectStore(shared_bucket(read_bytes=7_000), new_prefix())


ENGINES: dict[str, Callable[[Path], ObjectStore]] = {
    "folder": lambda tmp_path: FolderObjectStore(tmp_path / "objects"),
    "s3": _in_s3,
}

_KEYS = ["a", "b/c", "b-c", "b/d/e", "b0", "events/2026/11/23/04/events-1.jsonl.zst", "events-2/x", "~ {}'\"%41+&", "..a/.b"]
_parts = st.text(st.sampled_from("ab-./0~"), min_size=1, max_size=3).filter(lambda part: part not in (".", "..") and "/" not in part)


@pytest.fixture(params=sorted(ENGINES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    return ENGINES[request.param](tmp_path)


def _ordered(store: ObjectStore, keys: list[str]) -> list[str]:
    """What a listing told, in key order. AWS and folders tell it so; the S3 server of these tests tells it folder by folder."""
    return sorted(keys) if isinstance(store, S3ObjectStore) else keys


def _read(store: ObjectStore, key: str) -> bytes:
    with store.open(key) as stream:
        return stream.read()


def _keys(store: ObjectStore, prefix: str = "") -> list[str]:
    return _ordered(store, [info.key for info in store.list(prefix)])


@pytest.mark.parametrize("key", _KEYS)
def test_what_is_put_is_read(store: ObjectStore, key: str) -> None:
    content = bytes(range(256)) * 100
    info = store.put(key, content)
    assert (info.key, info.size) == (key, len(content))
    assert _read(store, key) == content
    [listed] = store.list()
    assert (listed.key, listed.size, listed.etag) == (info.key, info.size, info.etag)
    for at in (info.modified_at, listed.modified_at):
        assert abs(at - datetime.now(UTC)) < timedelta(minutes=5)
        assert at.utcoffset() == timedelta(0)


def test_an_empty_object_is_an_object(store: ObjectStore) -> None:
    assert store.put("empty", b"").size == 0
    assert _read(store, "empty") == b""
    assert _keys(store) == ["empty"]


def test_putting_again_replaces(store: ObjectStore) -> None:
    store.put("a/b", b"first, and longer")
    store.put("a/b", b"second")
    assert _read(store, "a/b") == b"second"
    assert [(info.key, info.size) for info in store.list()] == [("a/b", 6)]


def test_the_etag_changes_with_the_content(store: ObjectStore) -> None:
    etags = [store.put("a", b"%05d" % number).etag for number in range(20)]
    assert len(set(etags)) == 20
    assert [info.etag for info in store.list()] == etags[-1:]


def test_a_listing_is_in_key_order_and_by_prefix(store: ObjectStore) -> None:
    for key in reversed(_KEYS):
        store.put(key, b"x")
    assert _keys(store) == sorted(_KEYS)
    for prefix in ["b", "b/", "b/d", "b/d/e", "events", "events/", "events/2026/11/2", "events-", "zzz", "b/c/", "../", "/"]:
        assert _keys(store, prefix) == sorted(key for key in _KEYS if key.startswith(prefix)), prefix


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.lists(_parts, min_size=1, max_size=3).map("/".join), max_size=6), st.text("ab-./0~", max_size=4))
def test_any_keys_list_in_order(store: ObjectStore, keys: set[str], prefix: str) -> None:
    for old in _keys(store):
        store.delete(old)
    kept = set()
    for key in sorted(keys):
        try:
            store.put(key, b"x")
            kept.add(key)
        except InvalidInputError:  # a local folder cannot have a file and a folder of one name
            assert any(key.startswith(f"{other}/") or other.startswith(f"{key}/") for other in kept)
    assert _keys(store, prefix) == sorted(key for key in kept if key.startswith(prefix))


def test_a_key_that_is_not_there(store: ObjectStore) -> None:
    store.put("a/b", b"x")
    for key in ["b", "a", "a/b/c", "a/c"]:
        with pytest.raises(ObjectNotFoundError):
            store.open(key)
        store.delete(key)
    assert _keys(store) == ["a/b"]


def test_deleting(store: ObjectStore) -> None:
    store.put("a/b", b"x")
    store.put("a/c", b"y")
    store.delete("a/b")
    store.delete("a/b")
    assert _keys(store) == ["a/c"]
    with pytest.raises(ObjectNotFoundError):
        store.open("a/b")
    store.put("a/b", b"z")
    assert _read(store, "a/b") == b"z"


@pytest.mark.parametrize(
    "key", ["", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "a\0b", "a\nb", "é", "x" * 1025, "x" * 256, "\x7f"]
)
def test_what_is_no_key_is_refused(store: ObjectStore, key: str) -> None:
    for call in (lambda: store.put(key, b"x"), lambda: store.open(key), lambda: store.delete(key)):
        with pytest.raises(InvalidInputError, match="key"):
            call()
    assert _keys(store) == []


def test_a_reader_sees_one_version_whole(store: ObjectStore) -> None:
    store.put("a", b"1" * 100_000)
    with store.open("a") as stream:
        begin = stream.read(10)
        store.put("a", b"2" * 100_000)
        try:
            assert begin + stream.read() == b"1" * 100_000
        except ObjectNotFoundError:  # a version that is gone may be told so, but no other be given in its place
            assert isinstance(store, S3ObjectStore)
    assert _read(store, "a") == b"2" * 100_000


def test_more_objects_are_listed_than_a_page_holds(store: ObjectStore) -> None:
    keys = [f"many/{number % 7}/{number:04}" for number in range(1_050)]
    for key in keys:
        store.put(key, b"")
    assert _keys(store) == sorted(keys)
    assert _keys(store, "many/3/") == sorted(key for key in keys if key.startswith("many/3/"))
