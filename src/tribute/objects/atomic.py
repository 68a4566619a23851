"""Files that appear whole or not at all, durable once written. Used by the folder engine and the quarantine."""

import os
import secrets
from pathlib import Path


def write_whole(path: Path, content: bytes, *, unfinished_in: Path) -> None:
    """Give `path` this content in one step, readable by the owner alone. Raises OSError; then `path` is as it was.

    `unfinished_in` is a folder on the same file system, where an interrupted write leaves its file.
    """
    unfinished = unfinished_in / f"{path.name[:64]}.{secrets.token_hex(8)}"
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _differ_in_time(unfinished, path)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, durably, for the owner alone."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True, mode=0o700)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _differ_in_time(new: Path, old: Path) -> None:
    """Two writes within one tick of the file system's clock would look alike in size and time: move the newer one on."""
    try:
        before = old.stat(follow_symlinks=False)
    except FileNotFoundError:
        return
    now = new.stat()
    if now.st_mtime_ns <= before.st_mtime_ns:
        os.utime(new, ns=(now.st_atime_ns, before.st_mtime_ns + 1))
