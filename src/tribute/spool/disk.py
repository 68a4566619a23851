"""The system calls that change the spool's folder, in one object, so that a test can make any one of them fail.

Nothing here decides anything. Used by the segment log, recovery and the identity; reading goes through ordinary files.
"""

import os
from pathlib import Path

_PRIVATE = 0o600


class Disk:
    """The real disk. Every method raises OSError when the call fails."""

    def create(self, path: Path) -> int:
        """A descriptor of a new file for appending, readable by the owner alone. Not durable until the folder is synced."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, _PRIVATE)

    def reopen(self, path: Path) -> int:
        """A descriptor of a file that exists, to cut and sync it."""
        return os.open(path, os.O_WRONLY | os.O_CLOEXEC)

    def write(self, descriptor: int, content: bytes) -> None:
        """Write all of `content` at the end; after an error any part of it may have been written."""
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    def sync(self, descriptor: int) -> None:
        """Make what was written durable."""
        os.fdatasync(descriptor)

    def forget(self, descriptor: int) -> None:
        """Take a file's durable bytes out of the system's memory: whoever reads them comes late."""
        if hasattr(os, "posix_fadvise"):  # not everywhere
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)

    def cut(self, descriptor: int, length: int) -> None:
        """Shorten a file to `length` bytes."""
        os.ftruncate(descriptor, length)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)

    def remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    def rename(self, old: Path, new: Path) -> None:
        old.replace(new)

    def sync_folder(self, folder: Path) -> None:
        """Make the names in a folder durable: files made, renamed and removed."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def replace(self, path: Path, content: bytes) -> None:
        """Give `path` this content in one durable step: readers see the old file or the new one, whatever happens."""
        unfinished = path.with_name(path.name + ".unfinished")
        self.remove(unfinished)
        descriptor = self.create(unfinished)
        try:
            self.write(descriptor, content)
            self.sync(descriptor)
        finally:
            self.close(descriptor)
        self.rename(unfinished, path)
        self.sync_folder(path.parent)
