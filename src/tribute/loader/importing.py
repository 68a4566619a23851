"""Import of files that Firehose, RudderStack or Segment wrote: every event becomes a record in the spool, exactly once.

The events go the same way as live ones, so that our own objects hold them and a rebuild needs no foreign file. A file is known by its
path and content; an import that was stopped can be run again: what came twice is dropped by message id. A file that was imported is not
read again; with `--website`, what of it lies in quarantine is tried again, so that no event that counted for one website counts for two.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec

from tribute.analytics.port import Batch, EventStore, Progress
from tribute.events.privacy import blank_addresses, without_addresses
from tribute.events.times import FIRST_BELIEVABLE
from tribute.kit.clock import Clock
from tribute.kit.errors import InvalidInputError, TributeError
from tribute.loader.decompress import UnreadableError, plain_chunks
from tribute.loader.foreign import (
    ForeignEvent,
    ForeignFormat,
    ForeignPlace,
    NotAnEventError,
    arrived_at_of,
    decode_foreign,
    foreign_record,
    host_of,
    lasting_path,
    source_id_of,
)
from tribute.loader.json_stream import Found, joined, split_objects
from tribute.loader.rebuild import IMPORT_SOURCE_PREFIX
from tribute.objects.quarantine import Quarantine, QuarantinedItem
from tribute.spool.frame import MAX_PAYLOAD_BYTES

APPEND_RECORDS = 500


class WebsiteFinder(Protocol):
    """The table that the owner edits: whose events a foreign source sends. Each returns a website id or None."""

    def by_source_id(self, source_id: str) -> str | None: ...
    def by_name(self, website: str) -> str | None: ...
    def by_host(self, host: str) -> str | None: ...


@dataclass(slots=True)
class ImportReport:
    """What an import found."""

    files: int = 0
    files_known: int = 0
    events: int = 0
    quarantined: int = 0


Append = Callable[[Sequence[bytes]], None]
"""Makes records durable in the spool; blocks until they are."""

OnFile = Callable[[Path, int, int], None]
"""Called before each file with its number and how many there are."""


class Importer:
    """Reads foreign files. Events without a website and bytes that are no events go to quarantine, where they can be replayed."""

    def __init__(self, *, append: Append, finder: WebsiteFinder, store: EventStore, quarantine: Quarantine, clock: Clock) -> None:
        self._append = append
        self._finder = finder
        self._store = store
        self._quarantine = quarantine
        self._clock = clock

    def run(self, root: Path, kind: ForeignFormat, website: str | None = None, on_file: OnFile | None = None) -> ImportReport:
        """Import a file, or every file of a folder in path order. `website` (id, domain or name) overrides what the files say; it also
        lets the quarantined events of files that are known already count.

        Raises InvalidInputError for a path or website that does not exist; damaged files are reported in quarantine, the rest is read.
        """
        website_id = self._website_override(website)
        paths = _files_of(root)
        known = self._store.progress()
        report = ImportReport()
        for number, path in enumerate(paths, 1):
            if on_file is not None:
                on_file(path, number, len(paths))
            report.files += 1
            file = _ForeignFile.at(path, root, kind)
            if file.source in known:
                report.files_known += 1
                if website_id is not None:
                    report.events += self._replay_all(file.source, website_id)
                continue
            count = self._import_file(file, website_id, report)
            self._store.load(Batch([], [Progress(file.source, count - 1, complete=True)]))
        return report

    def _replay_all(self, source: str, website_id: str) -> int:
        """Try again what a file left in quarantine, for this website; how many events were taken, which are gone from there then."""
        taken = 0
        for item in self._quarantine.list():
            if item.source == source and self.replay(item, self._quarantine.content(item.id), website_id):
                self._quarantine.remove(item.id)
                taken += 1
        return taken

    def replay(self, item: QuarantinedItem, content: bytes, website_id: str | None = None) -> bool:
        """Try a quarantined foreign event again (its website may be known by now); True when it was taken and can be removed.

        `website_id` overrides what the event and its file say.
        """
        if not item.source.startswith(IMPORT_SOURCE_PREFIX):
            return False
        kind, _, rest = item.source.removeprefix(IMPORT_SOURCE_PREFIX).partition("/")
        path, _, etag = rest.rpartition("@")
        fmt = ForeignFormat(kind)
        arrived_at = arrived_at_of(path, fmt) or item.quarantined_at  # a time that stays, however often it is tried
        record = self._record(content, ForeignPlace(etag, item.offset, source_id_of(path, fmt), arrived_at), website_id)
        if isinstance(record, str):
            return False
        self._append([record])
        return True

    def _website_override(self, website: str | None) -> str | None:
        if website is None:
            return None
        found = self._finder.by_name(website)
        if found is None:
            raise InvalidInputError("--website", f"no website has the id, domain or name {website!r}; `tribute website list` shows them")
        return found

    def _import_file(self, file: "_ForeignFile", website_id: str | None, report: ImportReport) -> int:
        """Spool the events of one file; how many objects it had."""
        records: list[bytes] = []
        count = 0
        for found in file.objects():
            count += 1
            place = ForeignPlace(file.etag, found.offset, file.source_id, file.arrived_at)
            outcome = found.problem or self._record(found.content, place, website_id)
            if isinstance(outcome, str):
                self._put_aside(file.source, found, outcome)
                report.quarantined += 1
                continue
            records.append(outcome)
            report.events += 1
            if len(records) >= APPEND_RECORDS:
                self._append(records)
                records = []
        if records:
            self._append(records)
        return count

    def _put_aside(self, source: str, found: Found, reason: str) -> None:
        """Keep what could not be imported, without addresses as far as they can be told."""
        try:
            content = without_addresses(found.content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            content = blank_addresses(found.content)
        self._quarantine.put(source, found.offset, reason, content)

    def _record(self, content: bytes, place: ForeignPlace, website_id: str | None) -> bytes | str:
        """The record, or the reason why there is none."""
        try:
            event = decode_foreign(content)
        except NotAnEventError as error:
            return str(error)
        website_id = website_id or self._website_of(event, place)
        if website_id is None:
            return f"no website for source {place.source_id!r}, website {event.website!r}, host {host_of(event)!r}"
        try:
            record = foreign_record(content, event, place, website_id, self._clock.now())
        except RecursionError:
            return "nested too deeply"
        return record if len(record) <= MAX_PAYLOAD_BYTES else "too long for a record"

    def _website_of(self, event: ForeignEvent, place: ForeignPlace) -> str | None:
        """By source id, then a `website` field, then the page's host."""
        found = self._finder.by_source_id(place.source_id) if place.source_id else None
        if found is None and isinstance(event.website, str):
            found = self._finder.by_name(event.website)
        host = host_of(event) if found is None else None
        return self._finder.by_host(host) if host else found


@dataclass(frozen=True, slots=True)
class _ForeignFile:
    """One file to import, and what its place tells."""

    path: Path
    source: str
    etag: str
    source_id: str | None
    arrived_at: datetime | None

    @classmethod
    def at(cls, path: Path, root: Path, kind: ForeignFormat) -> "_ForeignFile":
        etag = _etag(path)
        whole = _as_text(path.absolute())
        place = lasting_path(whole, kind) or _as_text(path.relative_to(root.parent))
        source = f"{IMPORT_SOURCE_PREFIX}{kind}/{place}@{etag}"
        return cls(path, source, etag, source_id_of(place, kind), arrived_at_of(place, kind) or _changed_at(path))

    def objects(self) -> Iterator[Found]:
        """Every JSON object, and every stretch that is none; that the file ends too early comes last."""
        problem: str | None = None

        def chunks() -> Iterator[bytes]:
            nonlocal problem
            with self.path.open("rb") as stream:
                try:
                    yield from plain_chunks(stream)
                except UnreadableError as error:
                    problem = str(error)

        yield from joined(split_objects(chunks()))
        if problem is not None:
            yield Found(-1, b"", problem)


def _files_of(root: Path) -> list[Path]:
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
