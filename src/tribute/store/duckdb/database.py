"""The store's file: opening it with every door to the outside locked, and what is wrong with it said in a sentence.

Invariant: one process owns the file; no SQL on its connections can reach files, the network, extensions or settings, but for how much
memory the file may take. Used by `store`.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

import duckdb

from tribute.analytics.port import StoreBusyError, StoreDamagedError, StoreOutdatedError
from tribute.store.duckdb import schema

REBUILD_SUFFIX = ".rebuild"
"""A store that is being built anew lies beside the one in use, under its name with this behind."""

_BLOCK_BYTES = 65_536
"""Of a new file. A table's columns end in blocks that are not full: with DuckDB's 256 KiB that was a seventh of a young store's file."""

_SPILL = "4GB"
"""What questions that do not fit into memory may take of the disk meanwhile."""

_RESTING_MB = 32
"""What stays in memory of the file when nothing comes. Who asks next reads again what he needs, as a rule from the system's memory."""

_KEPT = "8MB"
"""What DuckDB's allocator may keep of what was freed. By itself it keeps more than what is stored takes: 34 MB after 100,000 events."""


class Database:
    """One open file. Connections to it are cursors; each is used by one thread at a time and closed by who took it."""

    def __init__(self, path: Path, memory_limit_mb: int, threads: int) -> None:
        """Open the file, or make an empty store. Raises StoreBusyError and StoreDamagedError."""
        self.path = path
        self._memory_limit_mb = memory_limit_mb
        self._root = connect(path, memory_limit_mb, threads)
        try:
            self._prepare()
        except BaseException:
            self._root.close()
            raise

    def _prepare(self) -> None:
        try:
            version = schema.found_version(self._root)
            if version is None:
                schema.create(self._root)
            elif version != schema.SCHEMA_VERSION:
                refusal = StoreOutdatedError if 0 < version < schema.SCHEMA_VERSION else StoreDamagedError
                raise refusal(
                    f"The store {self.path} has layout {version} and this version of Tribute needs {schema.SCHEMA_VERSION}; "
                    "`tribute rebuild` makes it anew from the objects."
                )
            self.store_id = schema.store_id(self._root)
        except duckdb.Error as error:
            raise damaged(self.path) from error

    def cursor(self) -> duckdb.DuckDBPyConnection:
        return self._root.cursor()

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file."""
        self._root.execute("CHECKPOINT")

    def give_back_memory(self) -> None:
        """Forget most of what was read of the file. Nobody may ask it anything meanwhile: he would have hardly any memory to work with.

        DuckDB forgets only what a lower limit makes it forget; where it needs more than that, it keeps what it has.
        """
        with suppress(duckdb.OutOfMemoryException):
            self._limit_memory(_RESTING_MB)
        self._limit_memory(self._memory_limit_mb)

    def _limit_memory(self, megabytes: int) -> None:
        self._root.execute(f"SET memory_limit = '{megabytes}MB'")

    def close(self) -> None:
        self._root.close()


def connect(path: Path, memory_limit_mb: int, threads: int) -> duckdb.DuckDBPyConnection:
    """Open a file with the doors locked, whatever is in it. Raises StoreBusyError and StoreDamagedError."""
    try:
        connection = duckdb.connect(
            path,
            config={
                "enable_external_access": False,
                "autoload_known_extensions": False,
                "autoinstall_known_extensions": False,
                "python_enable_replacements": False,
                "memory_limit": f"{memory_limit_mb}MB",
                "allowed_configs": ["memory_limit"],  # see `Database.give_back_memory`
                "max_temp_directory_size": _SPILL,
                "threads": threads,
                "default_block_size": _BLOCK_BYTES,
                "allocator_background_threads": True,
                "allocator_flush_threshold": _KEPT,
                "allocator_bulk_deallocation_flush_threshold": _KEPT,
            },
        )
    except duckdb.Error as error:
        raise _refusal(path, error) from error
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _refusal(path: Path, error: duckdb.Error) -> StoreBusyError | StoreDamagedError:
    """Why a file does not open; DuckDB tells it by its message alone."""
    reason = str(error)
    if "lock on file" in reason:
        return StoreBusyError(f"The store {path} is in use by another process; stop that one, or let it answer.")
    if not path.exists() or any(
        sign in reason for sign in ("Permission denied", "Is a directory", "Read-only file system", "No space left")
    ):
        return StoreBusyError(
            f"The store {path} cannot be opened; check that its folder exists and may be written, and that the disk is not full."
        )
    return damaged(path)


def damaged(path: Path) -> StoreDamagedError:
    return StoreDamagedError(f"The store {path} is damaged or not a store of Tribute's; `tribute rebuild` makes it anew from the objects.")


def remove(path: Path) -> None:
    """Delete a store's file with what DuckDB keeps beside it; what is not there is no error."""
    path.unlink(missing_ok=True)
    log_of(path).unlink(missing_ok=True)
    shutil.rmtree(path.with_name(path.name + ".tmp"), ignore_errors=True)


def log_of(path: Path) -> Path:
    """DuckDB's write-ahead log of a file."""
    return path.with_name(path.name + ".wal")


def sync_folder(folder: Path) -> None:
    """Make a renaming in a folder survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
