"""The object store's port. Every engine passes `tests/contract/test_object_store.py`.

Keys are `/`-separated relative paths of printable ASCII, without empty, `.` or `..` parts. An object appears whole or not at all,
and writing the same key again replaces it, so that a retry is harmless.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from tribute.kit.errors import NotFoundError, UnavailableError


class ObjectNotFoundError(NotFoundError):
    """No object has that key."""


class ObjectStoreUnavailableError(UnavailableError):
    """The store cannot be reached or written now (full disk, no permission, no network, wrong credentials)."""


class ObjectStoreUnreachableError(ObjectStoreUnavailableError):
    """Nothing answers there: whatever else is asked of the store now will fail too."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """One object as a listing shows it. `etag` changes whenever the content does; `modified_at` is the store's own time."""

    key: str
    size: int
    etag: str
    modified_at: datetime


class ObjectStore(Protocol):
    """Objects by key: durable once `put` returns."""

    def put(self, key: str, content: bytes) -> ObjectInfo:
        """Store `content` under `key`, durable on return; an object of the same key is replaced in one step."""
        ...

    def open(self, key: str) -> BinaryIO:
        """The object's bytes as a stream that the caller closes, all of one version. Raises ObjectNotFoundError, also while reading when
        that version has been replaced meanwhile and the store does not keep it.
        """
        ...

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Every object whose key starts with `prefix`, in key order (of S3 servers, AWS's tells it so; others may go folder by folder).
        Unfinished writes are never seen.
        """
        ...

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        ...
