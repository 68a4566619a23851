"""Import of what Firehose, RudderStack or Segment wrote: every event becomes a record in the spool, exactly once.

The events go the same way as live ones, so that our own objects hold them and a rebuild needs no foreign file. A file is known by its
place and content; an import that was stopped can be run again: what came twice is dropped by message id. A file that was imported is not
read again; with a website given, what of it lies in quarantine is tried again, so that no event counts for two websites.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from tribute.analytics.port import Batch, EventStore, Progress
from tribute.events.privacy import blank_addresses, without_addresses
from tribute.kit.clock import Clock
from tribute.kit.errors import InvalidInputError, NotFoundError
from tribute.loader.foreign import (
    ForeignEvent,
    ForeignFormat,
    ForeignPlace,
    NotAnEventError,
    arrived_at_of,
    decode_foreign,
    failed_record,
    foreign_record,
    host_of,
    source_id_of,
)
from tribute.loader.foreign_files import FolderFiles, ForeignFile, place_of
from tribute.objects.port import ObjectStoreUnavailableError, ObjectStoreUnreachableError
from tribute.objects.quarantine import Quarantine, QuarantinedItem
from tribute.spool.frame import MAX_PAYLOAD_BYTES

log = structlog.get_logger(__name__)

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
    files_unread: int = 0
    """Objects that could not be read, or were replaced while they were; they are found again at the next import."""
    events: int = 0
    quarantined: int = 0

    def add(self, other: "ImportReport") -> None:
        self.files += other.files
        self.files_known += other.files_known
        self.files_unread += other.files_unread
        self.events += other.events
        self.quarantined += other.quarantined


Append = Callable[[Sequence[bytes]], None]
"""Makes records durable in the spool; blocks until they are."""

OnFile = Callable[[str, int, int | None], None]
"""Called before each file with its name, its number, and how many there are where that is known."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """What is put aside instead of imported, and why."""

    reason: str
    content: bytes


class Importer:
    """Reads foreign files. Events without a website and bytes that are no events go to quarantine, where they can be replayed."""

    def __init__(self, *, append: Append, finder: WebsiteFinder, store: EventStore, quarantine: Quarantine, clock: Clock) -> None:
        self._append = append
        self._finder = finder
        self._store = store
        self._quarantine = quarantine
        self._clock = clock

    def run(self, root: Path, kind: ForeignFormat, website: str | None = None, on_file: OnFile | None = None) -> ImportReport:
        """Import a file, or every file of a folder in path order, as `take` does. Raises InvalidInputError also where nothing is."""
        return self.take(FolderFiles(root, kind), website, on_file)

    def take(
        self,
        files: Iterable[ForeignFile],
        website: str | None = None,
        on_file: OnFile | None = None,
        *,
        known: set[str] | None = None,
    ) -> ImportReport:
        """Import files that the manifest does not know. All that was imported is durable when this returns. `website` (id, domain or name)
        overrides what the files say; it also lets the quarantined events of files that are known already count. A caller who looks again
        and again gives the `known` files by their `source`: this adds to them, and tries nothing again that lies in quarantine.

        Raises InvalidInputError for a website that does not exist, and ObjectStoreUnavailableError when a bucket cannot be listed or
        reached. Damaged files are reported in quarantine; what single objects refuse is counted; the rest is read.
        """
        website_id = self._website_override(website)
        may_replay = website_id is not None and known is None
        known = set(self._store.progress()) if known is None else known
        report = ImportReport()
        total = len(files) if isinstance(files, FolderFiles) else None
        for number, file in enumerate(files, 1):
            if on_file is not None:
                on_file(file.name, number, total)
            report.files += 1
            if file.source in known:
                report.files_known += 1
                if may_replay and website_id is not None:
                    report.events += self._replay_all(file.source, website_id)
                continue
            try:
                count = self._import_file(file, website_id, report)
            except ObjectStoreUnreachableError:
                raise
            except (NotFoundError, ObjectStoreUnavailableError) as error:
                report.files_unread += 1
                log.warning("file_not_imported", reason=str(error))
                continue
            self._store.load(Batch([], [Progress(file.source, count - 1, complete=True)]))
            known.add(file.source)
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
        found = place_of(item.source)
        if found is None:
            return False
        kind, path, etag = found
        arrived_at = arrived_at_of(path, kind) or item.quarantined_at  # a time that stays, however often it is tried
        record = self._record(content, ForeignPlace(etag, item.offset, source_id_of(path, kind), arrived_at), website_id)
        if isinstance(record, _Refused):
            return False
        self._append([record])
        return True

    def _website_override(self, website: str | None) -> str | None:
        if website is None:
            return None
        found = self._finder.by_name(website)
        if found is None:
            raise InvalidInputError("website", f"no website has the id, domain or name {website!r}; `tribute website list` shows them")
        return found

    def _import_file(self, file: ForeignFile, website_id: str | None, report: ImportReport) -> int:
        """Spool the events of one file; how many objects it had."""
        records: list[bytes] = []
        count = 0
        for found in file.objects():
            count += 1
            place = ForeignPlace(file.etag, found.offset, file.source_id, file.arrived_at)
            outcome = _Refused(found.problem, found.content) if found.problem else self._record(found.content, place, website_id)
            if isinstance(outcome, _Refused):
                self._put_aside(file.source, found.offset, outcome)
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

    def _put_aside(self, source: str, offset: int, refused: _Refused) -> None:
        """Keep what could not be imported, without addresses as far as they can be told."""
        try:
            content = without_addresses(refused.content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            content = blank_addresses(refused.content)
        self._quarantine.put(source, offset, refused.reason, content)

    def _record(self, content: bytes, place: ForeignPlace, website_id: str | None) -> bytes | _Refused:
        """The record, or why there is none and what is left instead."""
        try:
            event = decode_foreign(content)
        except NotAnEventError as error:
            failed = failed_record(content)
            return _Refused(str(error), content) if failed is None else _Refused(*failed)
        website_id = website_id or self._website_of(event, place)
        if website_id is None:
            return _Refused(f"no website for source {place.source_id!r}, website {event.website!r}, host {host_of(event)!r}", content)
        try:
            record = foreign_record(content, event, place, website_id, self._clock.now())
        except RecursionError:
            return _Refused("nested too deeply", content)
        return record if len(record) <= MAX_PAYLOAD_BYTES else _Refused("too long for a record", content)

    def _website_of(self, event: ForeignEvent, place: ForeignPlace) -> str | None:
        """By source id, then a `website` field, then the page's host."""
        found = self._finder.by_source_id(place.source_id) if place.source_id else None
        if found is None and isinstance(event.website, str):
            found = self._finder.by_name(event.website)
        host = host_of(event) if found is None else None
        return self._finder.by_host(host) if host else found
