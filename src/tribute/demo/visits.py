"""Visits: who comes, how they came, which pages they see, and what the snippet remembers of it.

Shared by the recorded year (`world`) and by live traffic (`simulate`). All chance comes from the generator that is passed in.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from random import Random

from tribute.demo.audiences import GENERAL_PUBLIC, Audience, audiences_at_home
from tribute.demo.calls import Arrival, Call, Carrier, Visitor
from tribute.demo.cast import Affiliate, Page, Website
from tribute.demo.devices import draw_browser
from tribute.demo.wire import campaign_part, uuid_text, visitor_part

LENGTHS = (1,) * 40 + (2,) * 21 + (3,) * 14 + (4,) * 10 + (5,) * 6 + (6,) * 4 + (8,) * 3 + (11,) * 2
"""Pages a visit: two in five see one, some read everything."""
MEAN_LENGTH = sum(LENGTHS) / len(LENGTHS)

_WINDOW_MS = 90 * 86_400_000
_PAUSE_MS = 30 * 60_000
"""Nobody comes back sooner: it would be the same visit."""
_RETURNING = 0.34
_MISTYPED = 0.012
_TRACKED = 0.055
"""Visits with a track event in them."""

_PARAMETERS = ("via",) * 84 + ("ref",) * 9 + ("aff",) * 4 + ("affiliate",) * 3
_SUB_IDS = ("bio", "pinned", "footer", "review", "story", "video-7", "video-12", "spring-letter", "resources")
_CARRIERS = (Carrier.CONTEXT,) * 78 + (Carrier.PROPERTIES,) * 18 + (Carrier.NOWHERE,) * 4
_UTM_LETTER = "?utm_source=newsletter&utm_medium=email&utm_campaign="

_CHANNEL_REFERRERS = {
    "youtube": ("https://www.youtube.com/", "https://www.youtube.com/", "https://m.youtube.com/", "$direct"),
    "instagram": ("https://l.instagram.com/", "https://l.instagram.com/", "https://www.instagram.com/"),
    "tiktok": ("https://www.tiktok.com/", "$direct"),
    "podcast": ("$direct", "$direct", "https://podcasts.apple.com/", "https://open.spotify.com/"),
    "newsletter": ("$direct", "$direct", "https://mail.google.com/"),
    "forum": ("https://www.reddit.com/", "https://www.reddit.com/", "https://old.reddit.com/"),
}
_DEVICES = {
    "instagram": ("in_app",) * 11 + ("mobile",) * 8 + ("desktop",),
    "tiktok": ("mobile",) * 17 + ("in_app",) * 2 + ("desktop",),
    "podcast": ("mobile",) * 13 + ("desktop",) * 6 + ("tablet",),
    "youtube": ("mobile",) * 11 + ("desktop",) * 7 + ("tablet",) * 2,
    "": ("desktop",) * 10 + ("mobile",) * 9 + ("tablet",),
}


def _arrival(referrer: str, query: str = "") -> Arrival:
    return Arrival(referrer, query, campaign_part(query))


_UNAFFILIATED = (
    *(_arrival("https://www.google.com/"),) * 30,
    *(_arrival("https://www.bing.com/"),) * 4,
    *(_arrival("https://duckduckgo.com/"),) * 3,
    _arrival("https://www.ecosia.org/"),
    *(Arrival(),) * 28,
    *(_arrival("https://www.pinterest.com/"),) * 5,
    *(_arrival("https://l.facebook.com/", "?utm_source=facebook&utm_medium=social&utm_campaign=student-stories"),) * 4,
    *(_arrival("https://t.co/"),) * 2,
    *(_arrival("https://www.reddit.com/"),) * 2,
    *(_arrival("$direct", f"{_UTM_LETTER}monthly-letter"),) * 8,
    *(_arrival("https://mail.google.com/", f"{_UTM_LETTER}welcome-series&utm_content=lesson-2"),) * 4,
    *(_arrival("https://www.google.com/", "?utm_source=google&utm_medium=cpc&utm_campaign=courses&utm_term=online+course"),) * 5,
    *(_arrival("https://hobbyfinder.example/best-courses"),) * 2,
    _arrival("https://www.producthunt.com/", "?ref=producthunt"),
)
"""How people come whom no affiliate sent, as often as they do."""


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """One way by which people come to a website: through one affiliate, or through none."""

    website: Website
    affiliate: Affiliate | None
    home: tuple[Audience, ...] = ()
    """Where most of an affiliate's followers live."""

    @classmethod
    def of(cls, website: Website, affiliate: Affiliate | None) -> "Stream":
        return cls(website, affiliate, audiences_at_home(affiliate.country) if affiliate else ())

    def audience(self, rng: Random) -> Audience:
        """Draws an audience: of an affiliate's followers a good half are at home."""
        choice = self.home if self.home and rng.random() < 0.55 else GENERAL_PUBLIC
        return choice[int(rng.random() * len(choice))]


@dataclass(slots=True)
class Visits:
    """Makes visits, and knows who was there before. Ask in the order of time."""

    rng: Random
    _landings: dict[str, tuple[Page, ...]] = field(default_factory=dict)
    _laters: dict[str, tuple[Page, ...]] = field(default_factory=dict)
    _known: defaultdict[tuple[Stream, Audience], deque[Visitor]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=300)))

    def visit(self, stream: Stream, audience: Audience, start_ms: int, progress: float) -> list[Call]:
        """The calls of one visit that begins at an instant, in their order; `progress` (0 to 1) says how new browsers are."""
        visitor = self._visitor(stream, audience, start_ms, progress)
        remembered = visitor.code
        arrival, code = self._arrival(stream, visitor)
        if code is not None:
            visitor.code, visitor.tagged_ms = code, start_ms
        carried = remembered if code is None and visitor.carrier is not Carrier.NOWHERE else None
        calls = [self._call(stream.website, visitor, start_ms, self._page(stream.website, first=True), arrival)]
        calls[0].carried = carried
        calls[0].affiliate_ref = _ref(code if code is not None else (carried or _unaffiliated_ref(arrival)))
        self._look_around(calls)
        visitor.seen_ms = calls[-1].original_ms
        return calls

    def _look_around(self, calls: list[Call]) -> None:
        """Adds the later pages of a visit, and now and then a track event."""
        landing, random = calls[0], self.rng.random
        website, visitor = landing.website, landing.visitor
        carried = visitor.code if visitor.carrier is not Carrier.NOWHERE else None
        at = landing.original_ms
        for _ in range(LENGTHS[int(random() * len(LENGTHS))] - 1):
            at += 4000 + int(self.rng.expovariate(1 / 55_000))
            before = calls[-1]
            arrival = Arrival(f"{website.origin}{before.page.path}{before.arrival.query}")
            call = self._call(website, visitor, at, self._page(website, first=False), arrival)
            call.carried, call.affiliate_ref = carried, _ref(carried)
            calls.append(call)
        if random() < _TRACKED:
            last = calls[-1]
            done = self._call(website, visitor, last.original_ms + 2500 + int(random() * 9000), last.page, last.arrival)
            done.event = "Checkout Started" if last.page.path in {"/pricing", "/checkout"} else "Lesson Preview Played"
            done.carried, done.affiliate_ref = last.carried, last.affiliate_ref
            calls.append(done)

    def _call(self, website: Website, visitor: Visitor, at: int, page: Page, arrival: Arrival) -> Call:
        sent = at + 40 + int(self.rng.random() * 800)
        return Call(website, visitor, uuid_text(self.rng), at, sent, page, arrival)

    def _page(self, website: Website, *, first: bool) -> Page:
        draws = self._landings if first else self._laters
        pages = draws.get(website.domain)
        if pages is None:
            pages = tuple(page for page in website.pages for _ in range(page.landing if first else page.later))
            draws[website.domain] = pages
        return pages[int(self.rng.random() * len(pages))]

    def _visitor(self, stream: Stream, audience: Audience, now_ms: int, progress: float) -> Visitor:
        """Someone who was here before and whose code has not run out, or someone new."""
        rng, known = self.rng, self._known[stream, audience]
        if known and rng.random() < _RETURNING:
            visitor = known[int(rng.random() * len(known))]
            if now_ms - visitor.seen_ms > _PAUSE_MS and now_ms - visitor.tagged_ms < _WINDOW_MS:
                return visitor
        channel = stream.affiliate.channel if stream.affiliate else ""
        kinds = _DEVICES.get(channel, _DEVICES[""])
        browser = draw_browser(rng, kinds[int(rng.random() * len(kinds))], progress)
        carrier = _CARRIERS[int(rng.random() * len(_CARRIERS))]
        visitor = Visitor(uuid_text(rng), browser.user_agent, audience, visitor_part(browser, audience, rng), carrier, tagged_ms=now_ms)
        known.append(visitor)
        return visitor

    def _arrival(self, stream: Stream, visitor: Visitor) -> tuple[Arrival, str | None]:
        """How the visit begins, and the code in its address, as written there."""
        rng, affiliate = self.rng, stream.affiliate
        if affiliate is None:
            return _UNAFFILIATED[int(rng.random() * len(_UNAFFILIATED))], None
        if visitor.code is not None and rng.random() < 0.65:
            return Arrival(), None
        code = _as_written(affiliate.code, rng)
        query = f"?{_PARAMETERS[int(rng.random() * len(_PARAMETERS))]}={code}"
        if rng.random() < 0.22:
            query += f"&sub={_SUB_IDS[int(rng.random() * len(_SUB_IDS))]}"
        if affiliate.channel == "newsletter":
            query += f"&utm_source={affiliate.code}&utm_medium=email"
        referrers = _CHANNEL_REFERRERS.get(affiliate.channel) or (f"https://{affiliate.email.partition('@')[2]}/",)
        return _arrival(referrers[int(rng.random() * len(referrers))], query), code


def _ref(code: str | None) -> str | None:
    return code.lower() if code is not None else None


def _unaffiliated_ref(arrival: Arrival) -> str | None:
    """A directory's own `?ref=` reads like a code; nobody has it."""
    return arrival.query.removeprefix("?ref=") if arrival.query.startswith("?ref=") else None


def _as_written(code: str, rng: Random) -> str:
    """A code as people write it: mostly right, sometimes in capitals, now and then with a letter doubled."""
    chance = rng.random()
    if chance < _MISTYPED:
        at = rng.randrange(len(code))
        return code[:at] + code[at] + code[at:]
    if chance < 0.05:
        return code.upper()
    return code.capitalize() if chance < 0.13 else code
