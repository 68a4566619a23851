"""Objects in a local folder, a file each under its key. Built by app.py; the contract is `tests/contract/test_object_store.py`.

A file is written aside, synced and renamed, so that an object appears whole or not at all. Nothing outside the root is ever touched:
symbolic links inside it are not followed.
"""

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from tribute.kit.errors import InvalidInputError
from tribute.objects.atomic import make_folder, sync_folder, write_whole
from tribute.objects.keys import RESERVED_PART, check_key, is_key
from tribute.objects.port import ObjectInfo, ObjectNotFoundError, ObjectStoreUnavailableError

_ABANDONED_AFTER_SECONDS = 24 * 3600


class FolderObjectStore:
    """The object store's port over a folder, made if need be.

    An `etag` is the file's size and its time of change in nanoseconds, which every write moves on: listing reads no content.
    """

    def __init__(self, root: Path) -> None:
        """Raises ObjectStoreUnavailableError when the folder cannot be made or read."""
        with self._available(root, "opened"):
            make_folder(root)
            self._root = root.resolve()
            self._unfinished = self._root / RESERVED_PART
            make_folder(self._unfinished)
            self._sweep()

    def put(self, key: str, content: bytes) -> ObjectInfo:
        """See ObjectStore.put. A key that would make another object's name a folder, or the reverse, is refused as invalid."""
        path = self._root / check_key(key)
        with self._available(self._root, "written"):
            if not self._is_inside(path):
                raise InvalidInputError("key", f"a symbolic link stands in the way of '{key}'")
            try:
                self._write(path, content)
            except (NotADirectoryError, FileExistsError, IsADirectoryError) as error:
                raise InvalidInputError("key", f"'{key}' and another object would be file and folder of one name") from error
            return _info(key, path.stat(follow_symlinks=False))

    def open(self, key: str) -> BinaryIO:
        path = self._root / check_key(key)
        with self._available(self._root, "read"):
            try:
                if self._is_inside(path) and not path.is_symlink():
                    return path.open("rb")
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
                raise ObjectNotFoundError(f"there is no object {key}.") from error
            raise ObjectNotFoundError(f"there is no object {key}: a symbolic link stands in its way.")

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """See ObjectStore.list. Holds one folder's names in memory at a time; what changes meanwhile may be seen or not."""
        with self._available(self._root, "listed"):
            yield from self._walk("", prefix)

    def delete(self, key: str) -> None:
        path = self._root / check_key(key)
        with self._available(self._root, "written"):
            if not self._is_inside(path):
                return
            try:
                path.unlink()
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                return
            sync_folder(path.parent)
            with suppress(OSError):  # folders exist only for the objects in them: the first one that is not empty ends this
                while path.parent != self._root:
                    path = path.parent
                    path.rmdir()

    def _write(self, path: Path, content: bytes) -> None:
        try:
            make_folder(path.parent)
            write_whole(path, content, unfinished_in=self._unfinished)
        except FileNotFoundError:  # a delete beside us took the folder away as empty
            make_folder(path.parent)
            write_whole(path, content, unfinished_in=self._unfinished)

    def _walk(self, folder: str, prefix: str) -> Iterator[ObjectInfo]:
        """Objects below `folder`, whose key is empty or ends with a slash. A folder sorts as its name and a slash, as its keys do."""
        try:
            with os.scandir(self._root / folder) as entries:
                found = sorted((f"{folder}{entry.name}{'/' if entry.is_dir(follow_symlinks=False) else ''}", entry) for entry in entries)
        except FileNotFoundError:
            return
        for key, entry in found:
            if key.endswith("/"):
                if (key.startswith(prefix) or prefix.startswith(key)) and is_key(key[:-1]):
                    yield from self._walk(key, prefix)
            elif key.startswith(prefix) and is_key(key) and entry.is_file(follow_symlinks=False):
                with suppress(FileNotFoundError):
                    yield _info(key, entry.stat(follow_symlinks=False))

    @staticmethod
    def _is_inside(path: Path) -> bool:
        """Whether no symbolic link stands between the root and a file."""
        return path.parent.resolve() == path.parent

    def _sweep(self) -> None:
        """Remove what interrupted writes left behind, but nothing that another process may be writing."""
        for left in self._unfinished.iterdir():
            with suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > _ABANDONED_AFTER_SECONDS:
                    left.unlink()

    @staticmethod
    @contextmanager
    def _available(root: Path, done: str) -> Iterator[None]:
        """Tell a failing disk as the port does."""
        try:
            yield
        except OSError as error:
            problem = os.strerror(errno.EIO) if error.errno is None else error.strerror
            raise ObjectStoreUnavailableError(
                f"the object store in {root} cannot be {done}: {problem}; it needs free space and a folder this user may write."
            ) from error


def _info(key: str, stat: os.stat_result) -> ObjectInfo:
    return ObjectInfo(
        key=key,
        size=stat.st_size,
        etag=f"{stat.st_size:x}-{stat.st_mtime_ns:x}",
        modified_at=datetime.fromtimestamp(stat.st_mtime, UTC),
    )
