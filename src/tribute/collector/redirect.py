"""Where `/go/<code>[/<slug>]` leads, and the click that it makes. Plain functions from request to plan; the door waits for the disk.

A visitor is never sent anywhere but to a website of ours, and never kept from arriving because we fail.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple
from urllib.parse import parse_qsl

import msgspec

from tribute.collector.drops import DropReason
from tribute.collector.exchange import RefusalError, Request
from tribute.collector.limits import RateLimiter
from tribute.collector.marks import Marks
from tribute.collector.port import Landing, Link, LinkTable
from tribute.collector.stats import CollectorStats
from tribute.events.addresses import MAX_REF_LENGTH
from tribute.events.agents import agent
from tribute.events.clicks import SUB_PARAMETER, TID_PARAMETER
from tribute.events.country import country_of
from tribute.events.record import CLICK_TYPE, Stamps, encode_record
from tribute.kit.clock import Clock
from tribute.kit.destinations import Destination, parse_destination
from tribute.kit.ids import MessageIds

GO_PREFIX = "/go/"
CODE_PARAMETER = "via"
_LONGEST_TAG = 64
_MOST_FIELDS = 100


class Plan(NamedTuple):
    """What to do with a visitor who follows a link."""

    location: str
    """Where to send on. Names the click, if there is one."""
    without_click: str
    """Where to send on when the click cannot be recorded: the page that is tagged then makes a click of its own."""
    record: bytes | None = None
    """The click; it must be on disk before the visitor is sent to `location`."""


class NowhereToGoError(Exception):
    """There is no website yet to which a link could lead."""


class Redirector:
    """Plans redirects. Not for several threads at once."""

    def __init__(
        self,
        links: LinkTable,
        clock: Clock,
        limiter: RateLimiter,
        message_ids: MessageIds,
        stats: CollectorStats,
        *,
        country: Callable[[str], str | None] = country_of,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stats = stats
        self._links = links
        self._clock = clock
        self._limiter = limiter
        self._message_ids = message_ids
        self._country = country
        self._monotonic = monotonic

    def look_for(self, request: Request) -> Callable[[], None] | None:
        """What must be called in a thread before `plan`, because the link is not known; None when nothing has to be looked up.

        A flood of made-up links is not looked up beyond the rate: `plan` then sends its visitors to a front page. The call raises
        LedgerUnavailableError.
        """
        code, slug = _code_and_slug(request.path)
        slug = slug if code else ""
        if self._links.is_known(code, slug):
            return None
        try:
            self._limiter.take(GO_PREFIX, 1, self._monotonic())
        except RefusalError:
            return None
        return partial(self._links.look, code, slug)

    def plan(self, request: Request) -> Plan:
        """Where the visitor goes. A code that nobody has is passed on and recorded as it stands, for the owner to see.

        Raises NowhereToGoError, and LedgerUnavailableError when no website was ever read.
        """
        code, slug = _code_and_slug(request.path)
        asked = _query(request.query)
        link = self._links.link(code, slug) if code and slug else None
        landing, destination = _destination(self._links.landings(), _host(request), asked.get("to"), link)
        if not code:
            return Plan(destination.url, destination.url)
        sub = _clean(asked.get(SUB_PARAMETER, ""))[:_LONGEST_TAG] or (link.sub_id if link is not None else None)
        tagged = _tagged(destination, landing, code, sub)
        marks = request.marks
        if not self._is_click(request, marks, landing):
            return Plan(tagged.url, tagged.url)
        tid = self._message_ids.next()
        properties = {"affiliate_id": code, "slug": slug or None, "sub_id": sub, "url": destination.url, "referrer": _referrer(request)}
        record = self._record(request, landing.website_id, tid, {key: value for key, value in properties.items() if value})
        # With Global Privacy Control the address says only that the click is recorded, and nothing that would follow the visitor.
        return Plan(tagged.with_parameters({TID_PARAMETER: "" if marks.gpc else tid}).url, tagged.url, record)

    def _is_click(self, request: Request, marks: Marks, landing: Landing) -> bool:
        """Whether somebody follows the link, as far as the request tells; over the website's rate nobody is asked."""
        if request.method != "GET" or marks.prefetch or not landing.enabled:
            return False
        # Every browser says what it is; what says nothing is a program, and its landing makes the click should it be a person after all.
        if not marks.user_agent.strip() or agent(marks.user_agent).bot is not None:
            return False
        try:
            # Beside the write key's own bucket, so that a flood of made-up codes does not shut out the page views.
            self._limiter.take(f"{GO_PREFIX}{landing.website_id}", 1, self._monotonic())
        except RefusalError:
            self.stats.dropped(DropReason.RATE_LIMITED)
            return False
        return True

    def _record(self, request: Request, website_id: str, tid: str, properties: dict[str, str]) -> bytes:
        """The click's record. It names the click and nobody: no identifier is made or kept for a visitor who has not arrived."""
        marks = request.marks
        stamps = Stamps(
            website_id=website_id,
            message_id=tid,
            type=CLICK_TYPE,
            received_at=self._clock.now(),
            user_agent=marks.user_agent or None,
            country=self._country(request.ip) if request.ip else None,
            gpc=marks.gpc,
        )
        return encode_record(stamps, msgspec.json.encode({"type": CLICK_TYPE, "messageId": tid, "properties": properties}))


def _code_and_slug(path: str) -> tuple[str, str]:
    """Both as they are compared: in lower case, without what cannot be printed. The slug may be empty."""
    code, _, slug = path.removeprefix(GO_PREFIX).partition("/")
    return _clean(code).lower()[:MAX_REF_LENGTH].strip(), _clean(slug).lower().rstrip("/")[:_LONGEST_TAG]


def _query(query: bytes) -> dict[str, str]:
    """The parameters, the first of each name."""
    try:
        pairs = parse_qsl(query.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS, errors="replace")
    except ValueError:
        return {}
    return dict(reversed(pairs))


def _destination(landings: Sequence[Landing], host: str, to: str | None, link: Link | None) -> tuple[Landing, Destination]:
    """The page to arrive at: what `to` names, else the link's, else the front of the website whose subdomain was asked, or of the oldest.

    Raises NowhereToGoError when there is no website.
    """
    for wanted in (parse_destination(to) if to else None, link.destination if link is not None else None):
        for landing in landings:
            if wanted is not None and wanted.is_on(landing.hosts, landing.front):
                return landing, wanted
    if not landings:
        raise NowhereToGoError
    own = [landing for landing in landings if any(host == name or host.endswith(f".{name}") for name in landing.hosts)]
    chosen = next((landing for landing in own or landings if landing.enabled), landings[0])
    return chosen, chosen.front


def _tagged(destination: Destination, landing: Landing, code: str, sub: str | None) -> Destination:
    """The page with the code in the parameter that its website looks for, and free of those that it would look for first."""
    parameters = [name.lower() for name in landing.link_parameters] or [CODE_PARAMETER]
    parameter = CODE_PARAMETER if CODE_PARAMETER in parameters else parameters[0]
    added = {parameter: code} | ({SUB_PARAMETER: sub} if sub else {})
    return destination.with_parameters(added, replaced=[TID_PARAMETER, *parameters[: parameters.index(parameter)]])


def _host(request: Request) -> str:
    """The host that was asked, without its port."""
    told = request.headers.get(b"host", b"").decode("latin-1").lower()
    return told if told.startswith("[") else told.partition(":")[0]


def _referrer(request: Request) -> str:
    return _clean(request.headers.get(b"referer", b"").decode("utf-8", "replace"))[:2048]


def _clean(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable()).strip()
