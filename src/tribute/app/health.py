"""Is it alive, can it take events and answer, and how is it doing: `/healthz`, `/readyz`, `/metrics`."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from math import inf

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from tribute.analytics.port import SqlLimits
from tribute.app.parts import Parts
from tribute.app.workers import Workers
from tribute.collector.stats import CollectorStats
from tribute.kit.asgi import Receive, Scope, Send, respond
from tribute.kit.errors import TributeError

_STALE_LOADER_SECONDS = 60.0
"""A loader without a success for this long is not healthy, however alive its thread is."""
_TEXT = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]


class HealthDoor:
    """Answers the three paths. Nothing here tells of people: counts, ages and reasons only."""

    def __init__(self, parts: Parts, workers: Workers, stats: CollectorStats) -> None:
        self._parts = parts
        self._workers = workers
        self._threads = ThreadPoolExecutor(2, "health")  # its own: "not ready" must be told when every other thread is held up
        self._registry = CollectorRegistry()
        self._registry.register(_Figures(parts, workers, stats))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 -- ASGI's signature
        if scope["method"] not in ("GET", "HEAD"):
            await respond(send, 405, [*_TEXT, (b"allow", b"GET, HEAD")], b"Ask with GET.\n")
        elif scope["path"] == "/healthz":
            await respond(send, 200, _TEXT, b"alive\n")
        elif scope["path"] == "/readyz":
            problems = await asyncio.get_running_loop().run_in_executor(self._threads, lambda: list(self._problems()))
            body = "".join(f"{line}\n" for line in problems or ("ready", *self._notes()))
            await respond(send, 503 if problems else 200, _TEXT, body.encode())
        else:
            body_bytes = generate_latest(REGISTRY) + generate_latest(self._registry)
            await respond(send, 200, [(b"content-type", CONTENT_TYPE_LATEST.encode())], body_bytes)

    def close(self) -> None:
        """Wait for the look under way; none may come after."""
        self._threads.shutdown(cancel_futures=True)

    def _problems(self) -> Iterator[str]:
        """Why events could not be made durable, or questions not be answered, right now."""
        try:
            self._parts.spool.check_writable()
        except TributeError:
            yield "spool: cannot be written"
        try:
            self._parts.store.sql("SELECT 1", SqlLimits(rows=1, seconds=2))
        except TributeError:
            yield "store: does not answer"
        try:
            self._parts.database.version()
        except TributeError:
            yield "ledger: cannot be read"
        if self._workers.loader.seconds_since_success > _STALE_LOADER_SECONDS:
            yield f"loader: no progress for {self._workers.loader.seconds_since_success:.0f} s; the server's log says why"

    def _notes(self) -> Iterator[str]:
        """What is not well and keeps nobody from sending events or asking for numbers."""
        delivery, looking = self._workers.delivery.status(), self._workers.loader.objects.status
        if delivery.last_error is not None:
            yield f"delivery: waits, and events with it in the spool; {delivery.last_error}"
        if looking.last_error is not None:
            yield f"objects: cannot be looked through; {looking.last_error}"
        if self._workers.mail is not None and self._workers.mail.status.last_error is not None:
            yield f"mail: waits; {self._workers.mail.status.last_error}"
        for source in self._workers.sources:
            if source.status.last_error is not None:
                yield f"source {source.name}: waits; {source.status.last_error}"


class _Figures:
    """The figures of all parts, gathered when Prometheus asks."""

    def __init__(self, parts: Parts, workers: Workers, stats: CollectorStats) -> None:
        self._parts = parts
        self._workers = workers
        self._stats = stats
        self._started_at = parts.clock.now()

    def collect(self) -> Iterator[Metric]:
        yield from self._collecting()
        yield from self._spooling()
        yield from self._loading()
        yield from self._following()
        yield from self._mailing()

    def _collecting(self) -> Iterator[Metric]:
        events = CounterMetricFamily("tribute_events_accepted", "Events answered with 200, by type.", labels=["type"])
        for kind, count in sorted(self._stats.accepted.items()):
            events.add_metric([kind], count)
        yield events
        replies = CounterMetricFamily("tribute_tracking_replies", "Replies on tracking paths, by status.", labels=["status"])
        for status, count in sorted(self._stats.replies.items()):
            replies.add_metric([str(status)], count)
        yield replies
        drops = CounterMetricFamily("tribute_events_refused", "Events refused at the door, by reason.", labels=["reason"])
        for reason, count in sorted(self._stats.drops.items()):
            drops.add_metric([str(reason)], count)
        yield drops

    def _spooling(self) -> Iterator[Metric]:
        spool, delivery = self._parts.spool.stats(), self._workers.delivery.status()
        yield GaugeMetricFamily("tribute_spool_waiting_bytes", "Bytes taken and not yet on disk.", spool.waiting_bytes)
        yield GaugeMetricFamily("tribute_spool_disk_bytes", "Bytes in segments.", spool.disk_bytes)
        yield GaugeMetricFamily("tribute_spool_segments", "Segments.", spool.segments)
        yield GaugeMetricFamily("tribute_spool_writable", "1 while events can be made durable.", int(spool.is_writable))
        yield GaugeMetricFamily("tribute_spool_last_sync_seconds", "How long the last sync took.", spool.last_sync_seconds)
        yield CounterMetricFamily("tribute_spool_failures", "Writes or syncs that failed.", spool.failures)
        yield HistogramMetricFamily(
            "tribute_durable_seconds",
            "Time from taking a request's events to having them on disk, in seconds; its reply waits for it.",
            buckets=[("+Inf" if bound == inf else str(bound), count) for bound, count in spool.durable_times.buckets()],
            sum_value=spool.durable_times.sum_seconds,
        )
        yield GaugeMetricFamily(
            "tribute_oldest_undelivered_seconds",
            "Age of the oldest event that is not in the object store.",
            self._age(delivery.oldest_undelivered_at),
        )
        yield GaugeMetricFamily("tribute_delivery_failures", "Deliveries that failed in a row.", delivery.consecutive_failures)

    def _loading(self) -> Iterator[Metric]:
        total = self._workers.loader.total
        yield CounterMetricFamily("tribute_events_loaded", "Events brought into the store.", total.events)
        yield CounterMetricFamily("tribute_events_duplicate", "Copies among them that do not count.", total.duplicates)
        yield CounterMetricFamily("tribute_records_quarantined", "Records that could not be read.", total.quarantined)
        yield GaugeMetricFamily(
            "tribute_oldest_unloaded_seconds",
            "How far the numbers are behind; until the first load has ended, for how long the server has run.",
            self._age(self._parts.loader.watermark or self._started_at),
        )
        yield GaugeMetricFamily(
            "tribute_objects_failures", "Looks into the object store that failed in a row.", self._workers.loader.objects.status.failures
        )

    def _following(self) -> Iterator[Metric]:
        failures = GaugeMetricFamily("tribute_source_failures", "Looks at a followed bucket that failed in a row.", labels=["source"])
        files = CounterMetricFamily("tribute_source_files", "Objects of followed buckets that were imported.", labels=["source"])
        events = CounterMetricFamily("tribute_source_events", "Events among them.", labels=["source"])
        strange = CounterMetricFamily("tribute_source_messages_strange", "Messages that are no notices of S3's.", labels=["source"])
        for source in self._workers.sources:
            status = source.status
            told = (failures, status.failures), (files, status.files), (events, status.events), (strange, status.messages_not_understood)
            for family, value in told:
                family.add_metric([source.name], value)
        yield from (failures, files, events, strange)

    def _mailing(self) -> Iterator[Metric]:
        if self._workers.mail is not None:
            status = self._workers.mail.status
            yield GaugeMetricFamily("tribute_mails_waiting", "Mails that are not sent yet.", status.waiting)
            yield GaugeMetricFamily("tribute_oldest_mail_seconds", "Age of the oldest of them.", self._age(status.oldest_at))

    def _age(self, since: datetime | None) -> float:
        return max(0.0, (self._parts.clock.now() - since).total_seconds()) if since is not None else 0.0
