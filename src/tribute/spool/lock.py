"""One owner a spool: an advisory lock on `lock` in its folder, held as long as the spool is open and freed by the system on any death."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from tribute.kit.errors import ConflictError


class FolderLock:
    """Holds a folder for this process. Raises ConflictError, naming the owner, when another one has it."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.pread(self._descriptor, 20, 0).decode("ascii", "replace").strip()
            self.release()
            raise ConflictError(
                f"the spool in {folder} is in use by process {owner or 'unknown'}; stop that process or choose another home."
            ) from error
        with suppress(OSError):  # the process id is only for the sentence above: a full disk must not stop the start
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        os.close(self._descriptor)
