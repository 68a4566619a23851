"""Who owns a home, one process at a time, and how a command finds the server that does.

The lock ends with its process, however that ends; a server's note may outlive a killed server and is believed only while the lock is held.
"""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec

from tribute.home import SERVER_FILE, prepare_home
from tribute.kit.errors import TributeError
from tribute.settings import HomeUnusableError

_START_PATIENCE_SECONDS = 2.0
"""How long a start waits for the lock: a command that only looks whether a server runs holds it for a moment."""


class HomeInUseError(TributeError):
    """Another process owns the home."""


class ServerNote(msgspec.Struct, frozen=True):
    """`server.json`, mode 0600: the server of this home, where it listens, and the secret that commands show it."""

    pid: int
    host: str
    port: int
    secret: str

    @property
    def url(self) -> str:
        """Where the server is reached from its own machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 -- not listened on
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def running_server(home: Path) -> ServerNote | None:
    """The server that owns the home now; None when nobody does. Raises HomeInUseError when the owner is no server, or not yet."""
    lock = HomeLock.try_take(home)
    if lock is not None:
        lock.release()
        return None
    try:
        return msgspec.json.decode((home / SERVER_FILE).read_bytes(), type=ServerNote)
    except (OSError, msgspec.DecodeError) as error:
        raise HomeInUseError(f"the home {home} is in use by another tribute process; try again when it has ended or is ready") from error


def announce(home: Path, note: ServerNote) -> None:
    """Write the server's note, readable by the home's owner only, in one step. Raises HomeUnusableError."""
    draft = home / f"{SERVER_FILE}.{note.pid}"
    try:
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(note))
        draft.replace(home / SERVER_FILE)
    except OSError as error:
        raise HomeUnusableError(f"{home / SERVER_FILE} cannot be written: {error.strerror}; give another home with --home") from error


def withdraw(home: Path) -> None:
    """Remove the server's note: the server is going. One that stays does no harm: it is believed only while the lock is held."""
    with suppress(OSError):
        (home / SERVER_FILE).unlink()


class HomeLock:
    """Ownership of a home."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    @classmethod
    def try_take(cls, home: Path) -> "HomeLock | None":
        """The lock, or None when another process has it. Makes a missing home. Raises HomeUnusableError."""
        prepare_home(home)
        try:
            file = (home / "home.lock").open("a+")
        except OSError as error:
            raise HomeUnusableError(f"the home {home} cannot be written: {error.strerror}; give another with --home") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        return cls(file)

    @classmethod
    def take(cls, home: Path) -> "HomeLock":
        """The lock, after a moment's patience. Raises HomeInUseError."""
        give_up_at = time.monotonic() + _START_PATIENCE_SECONDS
        while (lock := cls.try_take(home)) is None:
            if time.monotonic() > give_up_at:
                raise HomeInUseError(f"the home {home} is in use by another tribute process; stop that one, or choose another with --home")
            time.sleep(0.05)  # nothing tells when a file lock is free
        return lock

    def release(self) -> None:
        self._file.close()
