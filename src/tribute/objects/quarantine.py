"""The quarantine: input that could not be read, kept until someone looks. Written by delivery and the loader, read by the CLI.

Each item is two files, `<id>.bin` with the bytes and `<id>.json` about them; the second one, written last, is what makes it an item.
"""

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from tribute.kit.clock import Clock
from tribute.kit.errors import NotFoundError, UnavailableError
from tribute.objects.atomic import make_folder, sync_folder, write_whole

MAX_KEPT_BYTES = 16 * 1024 * 1024
"""As long as the longest event: an imported one can be tried again only when it is whole."""

_ID = re.compile(r"[0-9a-f]{32}")


class QuarantinedItem(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one unreadable stretch. `size` is its true length; of a longer one the first MAX_KEPT_BYTES are kept."""

    id: str
    source: str
    offset: int
    reason: str
    size: int
    quarantined_at: datetime

    @property
    def is_cut(self) -> bool:
        """Whether more was there than is kept."""
        return self.size > MAX_KEPT_BYTES


class QuarantineUnavailableError(UnavailableError):
    """The quarantine's folder cannot be read or written now."""


class Quarantine:
    """Items in a folder, made if need be; the files are for their owner alone, since they may hold anything a visitor sent."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    def put(self, source: str, offset: int, reason: str, content: bytes) -> QuarantinedItem:
        """Keep `content`, found at byte `offset` of `source`. The same content of the same place is kept once.

        Raises QuarantineUnavailableError; then nothing was kept.
        """
        item_id = _item_id(source, offset, content)
        try:
            make_folder(self._folder)
            known = self._read(item_id)
            if known is not None:
                return known
            item = QuarantinedItem(
                id=item_id,
                source=source,
                offset=offset,
                reason=reason,
                size=len(content),
                quarantined_at=self._clock.now(),
            )
            write_whole(self._path(item_id, "bin"), content[:MAX_KEPT_BYTES], unfinished_in=self._folder)
            write_whole(self._path(item_id, "json"), msgspec.json.encode(item), unfinished_in=self._folder)
        except OSError as error:
            raise self._unavailable(error) from error
        return item

    def list(self) -> Sequence[QuarantinedItem]:
        """All items, the oldest first."""
        try:
            names = [path.stem for path in self._folder.glob("*.json") if _ID.fullmatch(path.stem)]
            items = [item for name in names if (item := self._read(name)) is not None]
        except OSError as error:
            raise self._unavailable(error) from error
        return sorted(items, key=lambda item: (item.quarantined_at, item.id))

    def get(self, item_id: str) -> QuarantinedItem:
        """One item. Raises NotFoundError."""
        try:
            item = self._read(item_id) if _ID.fullmatch(item_id) else None
        except OSError as error:
            raise self._unavailable(error) from error
        if item is None:
            raise NotFoundError(f"nothing in quarantine has the id {item_id}; `tribute quarantine list` shows what is there.")
        return item

    def content(self, item_id: str) -> bytes:
        """The bytes that are kept of an item. Raises NotFoundError."""
        self.get(item_id)
        try:
            return self._path(item_id, "bin").read_bytes()
        except OSError as error:
            raise self._unavailable(error) from error

    def remove(self, item_id: str) -> None:
        """Forget an item; one that is not there is no error."""
        if not _ID.fullmatch(item_id):
            return
        try:
            self._path(item_id, "json").unlink(missing_ok=True)
            self._path(item_id, "bin").unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                sync_folder(self._folder)
        except OSError as error:
            raise self._unavailable(error) from error

    def _read(self, item_id: str) -> QuarantinedItem | None:
        """The item on disk; None where there is none, or one that is damaged, which a repeated `put` then writes anew."""
        try:
            return msgspec.json.decode(self._path(item_id, "json").read_bytes(), type=QuarantinedItem)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def _path(self, item_id: str, ending: str) -> Path:
        return self._folder / f"{item_id}.{ending}"

    def _unavailable(self, error: OSError) -> QuarantineUnavailableError:
        return QuarantineUnavailableError(
            f"the quarantine in {self._folder} cannot be used: {error.strerror}; it needs free space and a folder this user may write."
        )


def _item_id(source: str, offset: int, content: bytes) -> str:
    digest = hashlib.blake2b(f"{source}\n{offset}\n".encode(), digest_size=16)
    digest.update(content)
    return digest.hexdigest()
