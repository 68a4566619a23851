"""From bytes to derived events: decode, derive, and put aside what cannot be read. Shared by live loading and rebuilds."""

import re
from collections.abc import Mapping, Sequence

import msgspec
import structlog

from tribute.events.derive import WebsiteRules, derive_row
from tribute.events.derived import DerivedEvent
from tribute.events.record import RECORD_VERSION, Record, place_record, record_decoder
from tribute.events.rows import Row
from tribute.loader.ledger_view import UNKNOWN_WEBSITE
from tribute.objects.quarantine import Quarantine

_BREAK, _BETWEEN_RECORDS = re.compile(rb"\n"), re.compile(rb"}\n{")
_PLACE = re.compile(rb'\{"spool":"[^"]*","seq":(\d{1,18}),')

log = structlog.get_logger(__name__)


def records_of(lines: memoryview) -> Sequence[Record]:
    """Lines read at once, which takes a third less time than one by one; nothing unless each of them is one record of a known version."""
    breaks = len(_BREAK.findall(lines))
    if len(_BETWEEN_RECORDS.findall(lines)) != breaks or bytes(lines[:1]) != b"{" or bytes(lines[-1:]) != b"}":
        return ()
    try:
        records = record_decoder.decode_lines(lines)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ()
    return records if len(records) == breaks + 1 and all(record.v <= RECORD_VERSION for record in records) else ()


class Deriver:
    """Turns records into events by the rules of each website; what fails goes to quarantine with its reason, and nothing else stops."""

    def __init__(self, quarantine: Quarantine) -> None:
        self._quarantine = quarantine
        self.rules: Mapping[str, WebsiteRules] = {}
        self.quarantined = 0

    def entry(self, source: str, spool_id: str, seq: int, payload: bytes) -> Row | None:
        """A record as it lies in the spool, with its place still beside it."""
        return self.line(source, seq, place_record(spool_id, seq, payload))

    def rows(self, source: str, offset: int, lines: bytes | memoryview, records: Sequence[Record]) -> list[Row]:
        """The rows of what `records_of` read from lines that lie in an object from `offset` on; what goes to quarantine is left out."""
        try:
            return [derive_row(record, self.rules.get(record.website_id, UNKNOWN_WEBSITE)) for record in records]
        except Exception:  # noqa: BLE001  one of them is odd, which is said when each is derived by itself
            rows = []
            for line in bytes(lines).split(b"\n"):
                row = self.line(source, offset, line)
                offset += len(line) + 1
                if row is not None:
                    rows.append(row)
            return rows

    def line(self, source: str, offset: int, line: bytes) -> Row | None:
        """A record as it lies in an object. None when it went to quarantine."""
        try:
            record = record_decoder.decode(line)
            if record.v > RECORD_VERSION:
                raise _NewerRecordError(f"written by a newer Tribute (record version {record.v})")
            return derive_row(record, self.rules.get(record.website_id, UNKNOWN_WEBSITE))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, _NewerRecordError) as error:
            reason = f"not a record: {error}"
        except Exception as error:
            log.exception("derivation_failed", source=source, offset=offset)
            reason = f"the derivation rules failed: {type(error).__name__}"
        # A record is known by its sequence, so that it is put aside once, whether it comes from the spool, its object or a rebuild.
        place = _PLACE.match(line)
        self.put_aside(source, int(place[1]) if place else offset, reason, line)
        return None

    def refused(self, event: DerivedEvent, error: Exception) -> None:
        """Put an event aside that could be derived and that the store cannot take."""
        log.error("event_refused_by_store", spool=event.spool, seq=event.seq, error=type(error).__name__)
        reason = f"the store cannot take it: {type(error).__name__}"
        self.put_aside(event.spool, event.seq, reason, msgspec.json.encode(event))

    def put_aside(self, source: str, offset: int, reason: str, content: bytes) -> None:
        self._quarantine.put(source, offset, reason, content)
        self.quarantined += 1


class _NewerRecordError(ValueError):
    """The record's version is above what this program knows."""
