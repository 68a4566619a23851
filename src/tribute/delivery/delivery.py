"""One round of delivery: every sealed segment becomes an object, and leaves the spool when the loader has followed it.

Invariant: a segment is removed only after its object is durable. A round may be interrupted between any two steps and begun again.
Run by DeliveryWorker.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from tribute.delivery.packing import pack
from tribute.kit.clock import Clock
from tribute.kit.errors import TributeError, UnavailableError
from tribute.objects.naming import object_key, source_of_segment
from tribute.objects.port import ObjectStore
from tribute.objects.quarantine import Quarantine
from tribute.spool.port import Damage, Segment, SegmentGoneError, SpoolReader

_log = structlog.get_logger()


class DeliverableSpool(SpoolReader, Protocol):
    """A spool that delivery may ask to seal its active segment."""

    def seal_due(self) -> None:
        """Seal the active segment if it has taken records for long enough."""
        ...


def _tell_nobody(_key: str) -> None:
    """For a delivery whose objects nobody waits for."""


@dataclass(slots=True)
class DeliveryReport:
    """What a round did, and what stopped it. `error` is the first failure: the round is to be repeated, nothing is lost."""

    segments: int = 0
    """Segments delivered, those among them that held nothing but damage included."""
    records: int = 0
    object_bytes: int = 0
    damages: int = 0
    """Stretches put into quarantine."""
    removed: int = 0
    error: Exception | None = None


class Delivery:
    """Delivers segments one after another, oldest first. Not for several threads at once."""

    def __init__(
        self,
        spool: DeliverableSpool,
        objects: ObjectStore,
        quarantine: Quarantine,
        clock: Clock,
        *,
        prefix: str,
        may_remove: Callable[[Segment], bool],
        keep_seconds: float = 600,
        on_delivered: Callable[[str], None] = _tell_nobody,
    ) -> None:
        """`may_remove` says whether the loader has followed a segment to its end; `keep_seconds` after its delivery a segment goes anyway,
        because its object can be loaded instead. `on_delivered` is called with the key of each object that was written.
        """
        self.spool = spool
        self._objects = objects
        self._quarantine = quarantine
        self._clock = clock
        self._prefix = prefix
        self._may_remove = may_remove
        self._keep = timedelta(seconds=keep_seconds)
        self._on_delivered = on_delivered
        self._delivered: dict[str, datetime] = {}

    def run_once(self, after_segment: Callable[[float], None] | None = None) -> DeliveryReport:
        """Seal what is due, deliver what is sealed, remove what may go. `after_segment`, told the seconds that one took, may rest.

        A store that cannot be reached ends the round; a segment that cannot be read does not hold up those behind it.
        """
        report = DeliveryReport()
        self.spool.seal_due()
        for segment in self.spool.segments():
            if not segment.sealed:
                continue
            try:
                if segment.key not in self._delivered:
                    began = time.monotonic()
                    self._deliver(segment, report)
                    self._delivered[segment.key] = self._clock.now()
                    if after_segment is not None:
                        after_segment(time.monotonic() - began)
                self._let_go(segment, report)
            except SegmentGoneError:
                self._delivered.pop(segment.key, None)
            except UnavailableError as error:
                report.error = report.error or error
                break
            except (OSError, TributeError) as error:
                report.error = report.error or error
        return report

    def oldest_undelivered(self) -> datetime | None:
        """When the oldest record was received that is not yet in an object; None when all are."""
        return next((segment.first_received_at for segment in self.spool.segments() if segment.key not in self._delivered), None)

    def _deliver(self, segment: Segment, report: DeliveryReport) -> None:
        source = source_of_segment(segment.key)
        packed = pack(self.spool.spool_id, self.spool.read(segment.number), partial(self._set_aside, source, report))
        if packed.records:
            written = self._objects.put(object_key(self._prefix, segment.key, segment.first_received_at), packed.content)
            self._on_delivered(written.key)
        report.segments += 1
        report.records += packed.records
        report.object_bytes += len(packed.content) if packed.records else 0
        _log.info("delivery.delivered", segment=segment.key, records=packed.records, bytes=len(packed.content))

    def _set_aside(self, source: str, report: DeliveryReport, damage: Damage) -> None:
        self._quarantine.put(source, damage.offset, damage.reason, damage.content)
        report.damages += 1
        _log.warning("delivery.damage", segment=damage.segment, offset=damage.offset, bytes=len(damage.content))

    def _let_go(self, segment: Segment, report: DeliveryReport) -> None:
        """Remove a delivered segment that nobody needs any more."""
        if self._may_remove(segment) or self._clock.now() - self._delivered[segment.key] >= self._keep:
            self.spool.remove(segment.number)
            del self._delivered[segment.key]
            report.removed += 1
