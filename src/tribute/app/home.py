"""The home as a place on disk: its files, who owns it, and how a command finds the server that does. One process owns it at a time.

The lock ends with its process, however that ends; a server's note may outlive a killed server and is believed only while the lock is held.
"""

import fcntl
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from tribute.kit.errors import TributeError
from tribute.settings import HomeUnusableError, prepare_home

_START_PATIENCE_SECONDS = 2.0
"""How long a start waits for the lock: a command that only looks whether a server runs holds it for a moment."""


class HomeInUseError(TributeError):
    """Another process owns the home."""


class ServerNote(msgspec.Struct, frozen=True):
    """`server.json`, mode 0600: the server of this home, where commands reach it, and the secret that they show it."""

    pid: int
    url: str
    secret: str


@dataclass(frozen=True, slots=True)
class Home:
    """Paths in the home, as the contract lays them out."""

    root: Path

    @property
    def store(self) -> Path:
        return self.root / "analytics.duckdb"

    @property
    def spool(self) -> Path:
        return self.root / "spool"

    @property
    def quarantine(self) -> Path:
        return self.root / "quarantine"

    @property
    def server_note(self) -> Path:
        return self.root / "server.json"

    def running_server(self) -> ServerNote | None:
        """The server that owns the home now; None when nobody does. Raises HomeInUseError when the owner is no server, or not yet."""
        lock = HomeLock.try_take(self)
        if lock is not None:
            lock.release()
            return None
        try:
            return msgspec.json.decode(self.server_note.read_bytes(), type=ServerNote)
        except (OSError, msgspec.DecodeError) as error:
            raise HomeInUseError(
                f"the home {self.root} is in use by another tribute process; try again when it has ended or is ready"
            ) from error

    def announce(self, note: ServerNote) -> None:
        """Write the server's note, readable by the home's owner only, in one step."""
        draft = self.server_note.with_suffix(f".{note.pid}")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(note))
        draft.replace(self.server_note)

    def withdraw(self) -> None:
        """Remove the server's note: the server is going."""
        self.server_note.unlink(missing_ok=True)


class HomeLock:
    """Ownership of a home."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    @classmethod
    def try_take(cls, home: Home) -> "HomeLock | None":
        """The lock, or None when another process has it. Makes a missing home. Raises HomeUnusableError."""
        prepare_home(home.root)
        try:
            file = (home.root / "home.lock").open("a+")
        except OSError as error:
            raise HomeUnusableError(f"the home {home.root} cannot be written: {error.strerror}; give another with --home") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        return cls(file)

    @classmethod
    def take(cls, home: Home) -> "HomeLock":
        """The lock, after a moment's patience. Raises HomeInUseError."""
        give_up_at = time.monotonic() + _START_PATIENCE_SECONDS
        while (lock := cls.try_take(home)) is None:
            if time.monotonic() > give_up_at:
                raise HomeInUseError(
                    f"the home {home.root} is in use by another tribute process; stop that one, or choose another with --home"
                )
            time.sleep(0.05)  # nothing tells when a file lock is free
        return lock

    def release(self) -> None:
        self._file.close()
