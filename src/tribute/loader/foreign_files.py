"""Where foreign events lie: files of a folder and objects of a bucket, as things to import, each known by its place and content.

Invariant: a file's `source` is the same whenever it is found again unchanged, and another one when its content is another.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol

from tribute.events.times import FIRST_BELIEVABLE
from tribute.kit.errors import InvalidInputError, TributeError
from tribute.loader.decompress import UnreadableError, plain_chunks
from tribute.loader.foreign import ForeignFormat, arrived_at_of, lasting_path, source_id_of
from tribute.loader.json_stream import Found, joined, split_objects
from tribute.loader.rebuild import IMPORT_SOURCE_PREFIX
from tribute.objects.port import ObjectInfo
from tribute.objects.s3.address import PrefixExpression


class ForeignBucket(Protocol):
    """A bucket that others write. Every call may raise ObjectStoreUnavailableError."""

    @property
    def name(self) -> str: ...
    def list(self, prefix: str = "") -> Iterator[ObjectInfo]: ...
    def head(self, key: str) -> ObjectInfo: ...
    def open(self, key: str, etag: str | None = None) -> BinaryIO: ...


@dataclass(frozen=True, slots=True)
class ForeignFile:
    """One file to import, and what its place tells."""

    name: str
    """What people know it by."""
    source: str
    """What the manifest knows it by."""
    etag: str
    source_id: str | None
    arrived_at: datetime
    open: Callable[[], BinaryIO]
    """Its bytes; of an object, those of the version that was found, or ObjectNotFoundError."""

    def objects(self) -> Iterator[Found]:
        """Every JSON object, and every stretch that is none; that the file ends too early comes last."""
        problem: str | None = None

        def chunks() -> Iterator[bytes]:
            nonlocal problem
            with self.open() as stream:
                try:
                    yield from plain_chunks(stream)
                except UnreadableError as error:
                    problem = str(error)

        yield from joined(split_objects(chunks()))
        if problem is not None:
            yield Found(-1, b"", problem)


class FolderFiles:
    """A file, or every file of a folder in path order, known by path and content, which is read when its turn comes."""

    def __init__(self, root: Path, kind: ForeignFormat) -> None:
        """Raises InvalidInputError for a path where nothing is."""
        self._root = root
        self._kind = kind
        self._paths = _paths(root)

    def __len__(self) -> int:
        return len(self._paths)

    def __iter__(self) -> Iterator[ForeignFile]:
        return (_folder_file(path, self._root, self._kind) for path in self._paths)


def bucket_files(bucket: ForeignBucket, expression: PrefixExpression, kind: ForeignFormat) -> Iterator[ForeignFile]:
    """Every object that the expression stands for, as the bucket lists them; those without content are a console's folders."""
    for info in bucket.list(expression.literal):
        if info.size and expression.matches(info.key):
            yield bucket_file(bucket, info, kind)


def bucket_file(bucket: ForeignBucket, info: ObjectInfo, kind: ForeignFormat) -> ForeignFile:
    """One version of an object: known by bucket, key and etag. Written again with another content, it is another file."""
    place = f"s3://{bucket.name}/{info.key}"
    return ForeignFile(
        name=place,
        source=f"{source_prefix(bucket, kind)}{info.key}@{info.etag}",
        etag=info.etag,
        source_id=source_id_of(place, kind),
        arrived_at=arrived_at_of(place, kind) or info.modified_at,
        open=partial(bucket.open, info.key, info.etag),
    )


def source_prefix(bucket: ForeignBucket, kind: ForeignFormat) -> str:
    """What the sources of all a bucket's objects begin with."""
    return f"{IMPORT_SOURCE_PREFIX}{kind}/s3://{bucket.name}/"


def place_of(source: str) -> tuple[ForeignFormat, str, str] | None:
    """The format, place and etag in a file's source; None for a source that is no foreign file."""
    if not source.startswith(IMPORT_SOURCE_PREFIX):
        return None
    kind, _, rest = source.removeprefix(IMPORT_SOURCE_PREFIX).partition("/")
    place, _, etag = rest.rpartition("@")
    return ForeignFormat(kind), place, etag


def _folder_file(path: Path, root: Path, kind: ForeignFormat) -> ForeignFile:
    etag = _etag(path)
    whole = _as_text(path.absolute())
    place = lasting_path(whole, kind) or _as_text(path.relative_to(root.parent))
    return ForeignFile(
        name=path.name,
        source=f"{IMPORT_SOURCE_PREFIX}{kind}/{place}@{etag}",
        etag=etag,
        source_id=source_id_of(place, kind),
        arrived_at=arrived_at_of(place, kind) or _changed_at(path),
        open=lambda: path.open("rb"),
    )


def _paths(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    if not root.is_dir():
        raise InvalidInputError("PATH", f"there is no file or folder {str(root)!r}")
    try:
        return sorted(path for path in root.rglob("*") if path.is_file() and not path.name.startswith("."))
    except OSError as error:
        raise TributeError(f"The folder {str(root)!r} cannot be read: {error.strerror}.") from error


def _as_text(path: Path) -> str:
    """The path with `/`; bytes of a name that are no UTF-8 are spelled out, because no store takes them."""
    return path.as_posix().encode(errors="surrogateescape").decode(errors="backslashreplace")


def _changed_at(file: Path) -> datetime:
    """When a file was last changed: the time of events that tell none, because it stays from one import to the next."""
    try:
        return max(FIRST_BELIEVABLE, datetime.fromtimestamp(file.stat().st_mtime, UTC))
    except OSError as error:
        raise TributeError(f"The file {str(file)!r} cannot be read: {error.strerror}.") from error


def _etag(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=12)).hexdigest()
    except OSError as error:
        raise TributeError(f"The file {str(file)!r} cannot be read: {error.strerror}.") from error
