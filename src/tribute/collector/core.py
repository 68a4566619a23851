"""The collector: one plain function from request to reply. No server, no disk, no waiting; the shells bring those.

A reply with records may be sent only when they are on disk. Called through the door by both shells, under the spool's gate.
"""

import time
from collections.abc import Callable, Iterable
from itertools import repeat
from typing import TypeVar

from tribute.collector import replies
from tribute.collector.completing import shared_context, with_context
from tribute.collector.credentials import query_key, token_of
from tribute.collector.decoding import Incoming, IncomingBatch, as_text, decode_batch, decode_event, read_json
from tribute.collector.drops import DropReason, EventRefusedError, EventWithheldError
from tribute.collector.envelopes import Envelopes
from tribute.collector.exchange import RefusalError, Reply, Request
from tribute.collector.limits import RateLimiter
from tribute.collector.marks import sent_at_of
from tribute.collector.pixel import event_of_query
from tribute.collector.port import DailySalts, LedgerUnavailableError, NotLookedUpError, Source, Sources
from tribute.collector.routes import ROUTES, Kind, Route, path_key, route_of
from tribute.collector.sdk_settings import rudderstack_settings, segment_settings, snippet_settings
from tribute.collector.senders import Senders
from tribute.collector.stamping import Stamper
from tribute.collector.stats import CollectorStats
from tribute.collector.visitor_cookie import visitor_cookies
from tribute.events.country import country_of
from tribute.events.own_visits import OwnVisits
from tribute.events.record import EVENT_TYPES, Timing
from tribute.kit.clock import Clock
from tribute.kit.ids import MessageIds

_T = TypeVar("_T")


class Collector:
    """Answers every tracking path. Not for several threads at once."""

    def __init__(
        self,
        sources: Sources,
        salts: DailySalts,
        clock: Clock,
        limiter: RateLimiter,
        message_ids: MessageIds,
        *,
        public_url: str | None = None,
        own_visits: OwnVisits | None = None,
        country: Callable[[str], str | None] = country_of,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stats = CollectorStats()
        self._drops: list[tuple[DropReason, int]] = []
        """What is refused of the request under way; counted at its end, so that a request that comes twice counts once."""
        self._senders = Senders(sources)
        self._stamper = Stamper(salts, message_ids, country, own_visits)
        self._clock = clock
        self._limiter = limiter
        self._public_url = public_url
        self._monotonic = monotonic
        self._answers: dict[Kind, Callable[[Request, Route], Reply]] = {
            Kind.EVENT: self._event,
            Kind.BATCH: self._batch,
            Kind.IMPORT: self._import,
            Kind.PIXEL: self._pixel,
            Kind.SOURCE_CONFIG: self._source_config,
            Kind.PROJECT_SETTINGS: self._project_settings,
            Kind.SNIPPET_SETTINGS: self._snippet_settings,
            Kind.IGNORED: self._ignored,
        }

    def receive(self, request: Request) -> Reply:
        """The reply, with the records that it confirms. Never raises for anything a sender can do.

        Raises NotLookedUpError when the ledger has to be asked first; then nothing was done, and the request is to come again.
        """
        drops = self._drops
        if drops:  # of a request that could not be answered yet
            drops.clear()
        reply = self._reply(request)
        while drops:
            self.stats.dropped(*drops.pop())
        return reply

    def _reply(self, request: Request) -> Reply:
        route = ROUTES.get(request.path) or route_of(request.path)
        if route is None:
            return replies.refused(request, RefusalError(404, "There is nothing at this path."))
        if request.method == "OPTIONS":
            return replies.preflight(request, route)
        if request.method not in route.methods:
            return replies.wrong_method(request, route)
        return self._answered(request, route)

    def _answered(self, request: Request, route: Route) -> Reply:
        """What stands behind the path, with its refusals made replies."""
        try:
            return self._answers[route.kind](request, route)
        except EventWithheldError as withheld:
            self._drops.append((withheld.reason, 1))
            return replies.pixel(request) if route.kind is Kind.PIXEL else replies.done(request)
        except RefusalError as refusal:
            return self.refuse(request, refusal)
        except NotLookedUpError:
            raise
        except LedgerUnavailableError:
            return self.refuse(request, replies.unavailable())

    def refuse(self, request: Request, refusal: RefusalError) -> Reply:
        """The reply to a request that cannot be taken: in the form that its path demands, which for a pixel is the pixel."""
        if isinstance(refusal, EventRefusedError):
            self.stats.dropped(refusal.reason)
        route = route_of(request.path)
        if route is not None and route.kind is Kind.PIXEL:
            return replies.pixel(request)
        return replies.refused(request, refusal)

    def _event(self, request: Request, route: Route) -> Reply:
        marks = request.marks
        key = marks.write_key or query_key(request.query)
        source = self._senders.by_key(key) if key is not None else None
        body = read_json(request)
        incoming = decode_event(body)
        if source is None:
            source = self._senders.by_key(as_text(incoming.write_key))
        self._limit(source, 1)
        received_at = self._clock.now()
        record = self._stamper.record(body, incoming, marks, ip=request.ip, source=source, event_type=route.type, received_at=received_at)
        reply = replies.accepted(request, [record], [route.type])
        if route.type != "page":
            return reply
        return replies.with_cookies(reply, visitor_cookies(request, incoming, source.window_days, received_at))

    def _pixel(self, request: Request, route: Route) -> Reply:
        if request.method == "HEAD":
            return replies.pixel(request)
        source = self._senders.by_key(request.write_key)
        event = event_of_query(request.query)
        self._limit(source, 1)
        record = self._stamper.record(
            event,
            decode_event(event),
            request.marks,
            ip=request.ip,
            source=source,
            event_type=route.type,
            received_at=self._clock.now(),
            identity_needed=False,
        )
        return replies.pixel(request, [record], [route.type])

    def _batch(self, request: Request, route: Route) -> Reply:  # noqa: ARG002 - one signature for all doors
        return self._client_batch(request)

    def _client_batch(self, request: Request) -> Reply:
        key = request.write_key
        source = self._senders.by_key(key) if key is not None else None
        body = read_json(request)
        batch = decode_batch(body)
        events, incomings = self._decoded(batch)
        if source is None:
            keys = (as_text(told) for told in (batch.write_key, *(incoming.write_key for incoming in incomings)))
            source = self._senders.by_key(next(filter(None, keys), None))
        self._limit(source, len(batch.batch))
        return self._accepted(request, body, batch, zip(events, incomings, repeat(source), strict=False), Timing.CLIENT)

    def _import(self, request: Request, route: Route) -> Reply:  # noqa: ARG002 - one signature for all doors
        """Past events. Only an owner may say when they happened; and an owner may send for several websites, without a limit."""
        token = token_of(request.headers)
        if token is None:
            return self._client_batch(request)
        self._senders.demand_owner(token)
        body = read_json(request)
        batch = decode_batch(body)
        events, incomings = self._decoded(batch)
        source_of = self._senders.for_import(request.write_key, batch)
        sources = [source_of(incoming) for incoming in incomings]
        return self._accepted(request, body, batch, zip(events, incomings, sources, strict=True), Timing.SERVER)

    def _decoded(self, batch: IncomingBatch) -> tuple[list[bytes], list[Incoming]]:
        """The events of a batch that can be read, as bytes and as what they say.

        A bad one never costs the others: no tracker sends a batch again after a 400.

        Raises the first refusal when nothing is left.
        """
        shared = shared_context(batch.context)
        events: list[bytes] = []
        incomings: list[Incoming] = []
        refusals: list[EventRefusedError] = []
        for raw in batch.batch:
            try:
                event = with_context(bytes(raw), shared) if shared else bytes(raw)
                incoming = decode_event(event)
                if type(incoming.type) is not str or incoming.type not in EVENT_TYPES:
                    raise EventRefusedError(DropReason.UNKNOWN_TYPE, "The event says no type that is known.")
            except EventRefusedError as refusal:
                refusals.append(refusal)
                continue
            events.append(event)
            incomings.append(incoming)
        return self._some(events, refusals), incomings

    def _accepted(
        self, request: Request, body: bytes, batch: IncomingBatch, events: Iterable[tuple[bytes, Incoming, Source]], timing: Timing
    ) -> Reply:
        """The records of a batch's events, each for its website; `body` is all of the batch."""
        marks, ip, received_at = sent_at_of(request.marks, batch.sent_at), request.ip, self._clock.now()
        plain_record = Envelopes(body, marks, ip, received_at=received_at, timing=timing, country=self._stamper.country).record
        records: list[bytes] = []
        types: list[str] = []
        refusals: list[EventRefusedError] = []
        for event, incoming, source in events:
            record = plain_record(event, incoming, source.website_id)
            if record is None:
                try:
                    record = self._stamper.record(
                        event, incoming, marks, ip=ip, source=source, event_type=incoming.type, received_at=received_at, timing=timing
                    )
                except EventRefusedError as refusal:
                    refusals.append(refusal)
                    continue
            records.append(record)
            types.append(incoming.type)
        return replies.accepted(request, self._some(records, refusals), types)

    def _some(self, taken: list[_T], refusals: list[EventRefusedError]) -> list[_T]:
        """What was taken, with the refusals counted. Raises the first of them when nothing was: then the sender should hear why."""
        for refusal in refusals if taken else refusals[1:]:
            self._drops.append((refusal.reason, 1))
        if not taken:
            raise refusals[0]
        return taken

    def _limit(self, source: Source, events: int) -> None:
        try:
            self._limiter.take(source.website_id, events, self._monotonic())
        except RefusalError:
            self._drops.append((DropReason.RATE_LIMITED, events))
            raise

    def _source_config(self, request: Request, route: Route) -> Reply:  # noqa: ARG002 - one signature for all doors
        return replies.document(request, rudderstack_settings(self._senders.by_key(request.write_key)))

    def _project_settings(self, request: Request, route: Route) -> Reply:  # noqa: ARG002 - one signature for all doors
        key = path_key(request.path) or ""
        self._senders.by_key(key)
        return replies.document(request, segment_settings(key, request, self._public_url))

    def _snippet_settings(self, request: Request, route: Route) -> Reply:  # noqa: ARG002 - one signature for all doors
        return replies.document(request, snippet_settings(self._senders.by_key(path_key(request.path))), cached=True)

    def _ignored(self, request: Request, route: Route) -> Reply:  # noqa: ARG002 - one signature for all doors
        return replies.done(request)
