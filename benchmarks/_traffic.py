"""Traffic for the benchmarks of loading: a Zipf world of websites, affiliates and visitors, as records in the collector's envelope.

The same seed makes the same records. Of the records 2 % are copies of earlier ones and 5 % tell of pages seen a minute to a week before.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from msgspec import structs

from tribute.analytics.port import CodeRegistration, Directory
from tribute.events.derive import WebsiteRules
from tribute.events.record import Stamps, encode_record
from tribute.kit.clock import iso
from tribute.loader.ledger_view import LedgerView

START = datetime(2026, 11, 16, tzinfo=UTC)
EVENTS_A_DAY = 1_000_000
COPIES = 0.02
LATE = 0.05
AGENTS = 6000
WEBSITES = 20
AFFILIATES = 1000
VISITORS = 200_000
AFFILIATE_VISITS = 0.25

_COUNTRIES = ("DE", "US", "GB", "FR", "IN", "BR", "JP", "NL", "PL", "SE")
_REFERRERS = (
    "https://www.google.com/",
    "https://www.youtube.com/",
    "https://t.co/",
    "https://www.reddit.com/",
    "https://duckduckgo.com/",
    *(f"https://blog-{number}.example/review" for number in range(300)),
)
_PAGES = tuple(f"/{kind}/{number}" for kind in ("courses", "lessons", "blog", "pricing") for number in range(50))


class Zipf:
    """Draws ranks from 0, the first the most often."""

    def __init__(self, count: int, exponent: float = 1.0) -> None:
        self._ranks = range(count)
        self._weights = list(accumulate(1 / (rank + 1) ** exponent for rank in self._ranks))

    def draw(self, dice: random.Random, count: int) -> list[int]:
        return dice.choices(self._ranks, cum_weights=self._weights, k=count)


@dataclass(slots=True)
class _Visit:
    """A visitor on a website, by whose link, and how many pages are still to come."""

    visitor: str
    website: int
    affiliate: int | None
    referrer: str
    agent: str
    country: str
    pages: int
    click_id: str = ""
    last_path: str = ""


def website_id(rank: int) -> str:
    return f"web_{rank:020d}"


def affiliate_id(rank: int) -> str:
    return f"aff_{rank:020d}"


def ledger_view() -> LedgerView:
    """What the ledger would tell of this world."""
    return LedgerView(
        rules={website_id(rank): WebsiteRules(domain=f"site{rank}.example") for rank in range(WEBSITES)},
        codes=[CodeRegistration(f"code{rank}", affiliate_id(rank), START - timedelta(days=90)) for rank in range(AFFILIATES)],
        directory=Directory(
            {website_id(rank): f"Site {rank}" for rank in range(WEBSITES)},
            {affiliate_id(rank): f"code{rank}" for rank in range(AFFILIATES)},
        ),
    )


def user_agents(count: int = AGENTS) -> list[str]:
    """Distinct texts as browsers send them: phones by model and build, desktops by version."""
    made = []
    for number in range(count):
        version = f"{100 + number % 40}.0.{4000 + number % 997}.{number % 211}"
        match number % 4:
            case 0:
                system = f"Linux; Android {9 + number % 7}; SM-A{number % 900:03d}B Build/AP{number}"
                made.append(f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version} Mobile Safari/537.36")
            case 1:
                made.append(
                    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version} Safari/537.36"
                )
            case 2:
                system = f"iPhone; CPU iPhone OS {14 + number % 5}_{number % 7} like Mac OS X"
                made.append(
                    f"Mozilla/5.0 ({system}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{14 + number % 5}.{number % 7} "
                    f"Mobile/15E{number} Safari/604.1"
                )
            case _:
                made.append(
                    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:{100 + number % 40}.{number}) Gecko/20100101 Firefox/{version}"
                )
    return made


class Traffic:
    """An endless stream of records, `EVENTS_A_DAY` of them a day from START on."""

    def __init__(self, seed: int = 7, visitors: int = VISITORS) -> None:
        self._dice = random.Random(seed)
        self._agents = user_agents()
        self._zipf = {
            name: Zipf(count) for name, count in (("website", WEBSITES), ("affiliate", AFFILIATES), ("referrer", len(_REFERRERS)))
        }
        self._agent_zipf, self._visitor_zipf = Zipf(AGENTS, 0.7), Zipf(visitors, 0.3)
        self._number = 0
        self._visits = self._all_visits()
        self._earlier: list[tuple[bytes, Stamps]] = []

    @property
    def now(self) -> datetime:
        """When the next record is received."""
        return START + self._number * timedelta(days=1) / EVENTS_A_DAY

    def records(self, count: int) -> Iterator[bytes]:
        """The next records."""
        for _ in range(count):
            at = self.now
            self._number += 1
            if self._earlier and self._dice.random() < COPIES:
                event, stamps = self._dice.choice(self._earlier)
                yield encode_record(structs.replace(stamps, received_at=at), event)
                continue
            event, stamps = self._page(next(self._visits), at)
            if self._dice.random() < 2 * COPIES:
                self._earlier = [*self._earlier[-2000:], (event, stamps)]
            yield encode_record(stamps, event)

    def _all_visits(self) -> Iterator[_Visit]:
        """Pages of visits, a few hundred of them under way at once."""
        open_visits: list[_Visit] = []
        fresh: list[_Visit] = []
        while True:
            if not fresh:
                fresh = self._fresh_visits(1000)
            while len(open_visits) < 500 and fresh:
                open_visits.append(fresh.pop())
            at = self._dice.randrange(len(open_visits))
            visit = open_visits[at]
            visit.pages -= 1
            yield visit
            if visit.pages == 0:
                open_visits[at] = open_visits[-1]
                open_visits.pop()

    def _fresh_visits(self, count: int) -> list[_Visit]:
        dice = self._dice
        ranks = {name: zipf.draw(dice, count) for name, zipf in self._zipf.items()}
        visitors, agents = self._visitor_zipf.draw(dice, count), self._agent_zipf.draw(dice, count)
        return [
            _Visit(
                visitor=f"{visitors[each]:08x}-7f3a-4c1d-9b2e-{visitors[each] * 7919:012x}",
                website=ranks["website"][each],
                affiliate=ranks["affiliate"][each] if dice.random() < AFFILIATE_VISITS else None,
                referrer=_REFERRERS[ranks["referrer"][each]] if dice.random() < 0.7 else "",
                agent=self._agents[agents[each]],
                country=_COUNTRIES[visitors[each] % len(_COUNTRIES)],
                pages=1 + min(int(dice.expovariate(0.3)), 40),
            )
            for each in range(count)
        ]

    def _page(self, visit: _Visit, at: datetime) -> tuple[bytes, Stamps]:
        """A page of a visit: the first tagged with the affiliate's code, the others with what the snippet remembers."""
        dice = self._dice
        message = f"{dice.getrandbits(128):032x}"
        message = f"{message[:8]}-{message[8:12]}-{message[12:16]}-{message[16:20]}-{message[20:]}"
        origin = f"https://site{visit.website}.example"
        path = _PAGES[dice.randrange(len(_PAGES))]
        query, told, referrer = "", "", f"{origin}{visit.last_path}"
        if not visit.last_path:
            referrer = visit.referrer
            if visit.affiliate is not None:
                query = f"?via=code{visit.affiliate}&utm_source=newsletter&utm_campaign=c{visit.affiliate % 50}"
                visit.click_id = f"t_{message.replace('-', '')}"
                told = f'"click_id":"{visit.click_id}",'
        elif visit.affiliate is not None:
            told = f'"affiliate_id":"code{visit.affiliate}","affiliate_remembered":true,"click_id":"{visit.click_id}",'
        visit.last_path = path
        ago = timedelta(seconds=60 * 10_000 ** dice.random()) if dice.random() < LATE else timedelta(milliseconds=dice.randrange(50, 900))
        url = f"{origin}{path}{query}"
        page = f'"path":"{path}","referrer":"{referrer}","search":"{query}","title":"Lesson {path[1:]} of the course","url":"{url}"'
        event = (
            f'{{"channel":"web","context":{{"sessionId":{1_700_000_000 + self._number // 400},{told}'
            f'"app":{{"name":"Course","namespace":"example","version":"3.1.0"}},'
            f'"library":{{"name":"RudderLabs JavaScript SDK","version":"3.7.5"}},'
            f'"userAgent":"{visit.agent}","locale":"en-GB","timezone":"GMT+0100",'
            f'"screen":{{"density":2,"width":1440,"height":900,"innerWidth":1440,"innerHeight":789}},"page":{{{page},"tab_url":"{url}"}}}},'
            f'"type":"page","messageId":"{message}","originalTimestamp":"{iso(at - ago)}","anonymousId":"{visit.visitor}","userId":"",'
            f'"properties":{{{page},"tab_url":"{url}"}},"integrations":{{"All":true}},"sentAt":"{iso(at)}"}}'
        )
        stamps = Stamps(website_id=website_id(visit.website), message_id=message, type="page", received_at=at, country=visit.country)
        return event.encode(), stamps


def chunks(records: Iterator[bytes], size: int) -> Iterator[Sequence[bytes]]:
    """The records in lists, as a collector makes many durable at once."""
    chunk: list[bytes] = []
    for record in records:
        chunk.append(record)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
