"""The demo's year: some 330,000 calls over the 365 days before an instant, the same for the same seed, end and scale.

Pure and in the order of sending. The specification (`calls`) knows what must be counted; `encode_call` makes it JSON. Called by the
filling and by tests, which hold the whole pipeline against `expected_counts`.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from operator import attrgetter
from random import Random
from typing import NamedTuple

from tribute.demo.audiences import GENERAL_PUBLIC, Audience
from tribute.demo.calls import Arrival, Call, Visitor
from tribute.demo.cast import AFFILIATES, WEBSITES, Affiliate, Website
from tribute.demo.devices import BOTS, Browser
from tribute.demo.seasons import SLOTS, growth, launches, rhythm, season, viral, week_factor
from tribute.demo.visits import MEAN_LENGTH, Stream, Visits
from tribute.demo.wire import DAY_MS, milliseconds, uuid_text, visitor_part

FULL_PAGE_VIEWS = 316_000
"""Page views that count in a world of scale 1."""

_HOUR_MS = 3_600_000
_ZIPF = 1.1
_THROUGH_AFFILIATES = 0.64
_BOT_SHARE = 0.025
_COPY_SHARE = 0.015
_LATE_SHARE = 0.012
_LATEST_MS = 5 * DAY_MS
_WEBSITE_SIZES = (1.0, 0.8, 0.6)


class CountKey(NamedTuple):
    """What page views are counted by: website, the code that they carry (lower case, known or not, None for none), UTC day."""

    domain: str
    code: str | None
    day: date


@dataclass(frozen=True)
class World:
    """A year of traffic. `end` is aware; nothing happens or is sent after it, nor happens more than 365 × 24 h before it."""

    seed: int
    end: datetime
    scale: float = 1.0
    websites: tuple[Website, ...] = WEBSITES
    affiliates: tuple[Affiliate, ...] = AFFILIATES

    def __post_init__(self) -> None:
        if self.end.tzinfo is None:
            raise ValueError("a world needs an aware end")
        if self.scale <= 0:
            raise ValueError("a world's scale must be above 0")

    @property
    def start(self) -> datetime:
        return self.end.astimezone(UTC) - timedelta(days=SLOTS)

    @property
    def about_calls(self) -> int:
        """About how many calls there will be, for a progress bar; right within a few in a hundred."""
        return round(FULL_PAGE_VIEWS * self.scale * 1.065)

    def calls(self) -> Iterator[Call]:
        """All calls in the order of sending. Each iteration makes the same ones anew."""
        rng = self._random("calls")
        visits = Visits(rng)
        end_ms = milliseconds(self.end)
        waiting: list[Call] = []
        for slot in range(SLOTS):
            until_ms = end_ms - (SLOTS - 1 - slot) * DAY_MS
            waiting.extend(self._slot(slot, visits, rng))
            waiting.sort(key=attrgetter("sent_ms"))
            due = len(waiting) if slot == SLOTS - 1 else bisect(waiting, until_ms, key=attrgetter("sent_ms"))
            yield from waiting[:due]
            del waiting[:due]

    def expected_counts(self) -> Counter[CountKey]:
        """Page views that count, by website, carried code and UTC day of the event time: from the specification, without any JSON."""
        counts: Counter[tuple[str, str | None, int]] = Counter()
        for call in self.calls():
            if call.counts:
                counts[call.website.domain, call.affiliate_ref, call.original_ms // DAY_MS] += 1
        first = date(1970, 1, 1)
        return Counter({CountKey(domain, code, first + timedelta(days=day)): views for (domain, code, day), views in counts.items()})

    def _random(self, part: str) -> Random:
        return Random(f"tribute:{self.seed}:{part}")  # noqa: S311 - repeatable on purpose; nothing here is a secret

    @cached_property
    def _streams(self) -> list[tuple[Stream, float]]:
        """Every way to every website with its usual part of the traffic."""
        streams = []
        scale = _THROUGH_AFFILIATES / sum(rank**-_ZIPF for rank in range(1, len(self.affiliates) + 1))
        for rank, affiliate in enumerate(self.affiliates, 1):
            for website, leaning in zip(self.websites, affiliate.leaning, strict=True):
                if leaning:
                    streams.append((Stream.of(website, affiliate), scale * rank**-_ZIPF * leaning / sum(affiliate.leaning)))
        for website, size in zip(self.websites, _WEBSITE_SIZES, strict=True):
            streams.append((Stream.of(website, None), (1 - _THROUGH_AFFILIATES) * size / sum(_WEBSITE_SIZES)))
        return streams

    @cached_property
    def _weights(self) -> list[list[float]]:
        """By slot, running sums of the streams' weights; the last is the slot's whole."""
        rng = self._random("weights")
        keenness = {affiliate.code: rng.uniform(0.0, 2.2) for affiliate in self.affiliates}
        weights = []
        for slot in range(SLOTS):
            progress = slot / SLOTS
            at = self.start + timedelta(days=slot)
            whole = growth(progress) * season(at) * week_factor(at) * rng.lognormvariate(0, 0.07)
            weights.append(list(accumulate(whole * usual * _factor(stream, slot, keenness) for stream, usual in self._streams)))
        return weights

    @cached_property
    def _visits_a_weight(self) -> float:
        return FULL_PAGE_VIEWS * self.scale / MEAN_LENGTH / sum(sums[-1] for sums in self._weights)

    def _slot(self, slot: int, visits: Visits, rng: Random) -> list[Call]:
        """The calls of one day of the world, in no order."""
        slot_start = self.start + timedelta(days=slot)
        slot_ms, end_ms = milliseconds(slot_start), milliseconds(self.end)
        sums = self._weights[slot]
        starts: list[tuple[int, int, Stream, Audience]] = []
        for _ in range(_whole(sums[-1] * self._visits_a_weight, rng)):
            stream = self._streams[bisect(sums, rng.random() * sums[-1])][0]
            audience = stream.audience(rng)
            hours = rhythm(audience.zone, slot_start)
            hour = bisect(hours, rng.random() * hours[-1])
            starts.append((slot_ms + int((hour + rng.random()) * _HOUR_MS), len(starts), stream, audience))
        starts.sort()
        calls = [
            call
            for start_ms, _, stream, audience in starts
            for call in visits.visit(stream, audience, start_ms, (start_ms - slot_ms + slot * DAY_MS) / (SLOTS * DAY_MS))
            if call.original_ms <= end_ms
        ]
        calls.extend(self._bot(slot_ms, rng) for _ in range(_whole(len(calls) * _BOT_SHARE, rng)))
        return _disturbed(calls, end_ms, rng)

    def _bot(self, slot_ms: int, rng: Random) -> Call:
        """A bot's page view: any hour, any page, now and then through an affiliate's link."""
        website = rng.choice(self.websites)
        at = slot_ms + int(rng.random() * DAY_MS)
        browser = Browser(rng.choice(BOTS), ((1024, 768),))
        audience = GENERAL_PUBLIC[0]
        visitor = Visitor(uuid_text(rng), browser.user_agent, audience, visitor_part(browser, audience, rng))
        code = rng.choice(self.affiliates).code if rng.random() < 0.2 else None
        arrival = Arrival(query=f"?via={code}" if code else "")
        return Call(website, visitor, uuid_text(rng), at, at + 200, rng.choice(website.pages), arrival, affiliate_ref=code, is_bot=True)


def _factor(stream: Stream, slot: int, keenness: dict[str, float]) -> float:
    """How many times its usual traffic a stream has in a slot."""
    affiliate = stream.affiliate
    if affiliate is None:
        return 1 + launches(slot, stream.website, 0.5)
    if not affiliate.since <= slot / SLOTS < affiliate.until:
        return 0.0
    return 1 + launches(slot, stream.website, keenness[affiliate.code]) + viral(slot, stream.website, affiliate)


def _whole(expected: float, rng: Random) -> int:
    """A whole number that is `expected` on average."""
    return int(expected + rng.random())


def _disturbed(calls: list[Call], end_ms: int, rng: Random) -> list[Call]:
    """The calls as networks treat them: some come days late, some twice; none is sent after the end."""
    copies = []
    for call in calls:
        chance = rng.random()
        if chance < _LATE_SHARE:
            call.sent_ms += min(_LATEST_MS, int(rng.expovariate(1 / (14 * _HOUR_MS))))
        elif chance < _LATE_SHARE + _COPY_SHARE:
            copies.append(replace(call, sent_ms=min(end_ms, call.sent_ms + 2000 + int(rng.expovariate(1 / 600_000))), is_copy=True))
        call.sent_ms = min(call.sent_ms, end_ms)
    return calls + copies
