"""The widget's page, for frames in affiliates' own sites: `/embed/<id>`. A door of its own, so that it sets and reads no cookie at all.

Invariant: what it tells depends on the id and the look alone, never on who looks; it runs no script and leads nowhere.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final
from urllib.parse import parse_qs

import structlog

from tribute.access.caller import Caller
from tribute.analytics.definitions import Grain, Metric, TimeWindow
from tribute.kit.asgi import Receive, Scope, Send, respond
from tribute.kit.errors import UnavailableError
from tribute.ledger.embeds import EmbedRecord
from tribute.reports.analytics import Question, Report
from tribute.web.parts import Parts
from tribute.web.reader import Reader, reader_of, reading
from tribute.web.windows import WINDOW_WORDS

PREFIX: Final = "/embed/"
THEMES: Final = frozenset({"auto", "light", "dark"})
KEPT_SECONDS: Final = 60
"""How long one answer is given again, here and in browsers."""
_MOST_KEPT: Final = 1_000
_MOST_AT_ONCE: Final = 4
"""Answers that are counted at the same time; more wait for a moment, and then are told to come later."""
_PATIENCE_SECONDS: Final = 2.0
_LABELS: Final = {
    Metric.PAGE_VIEWS: "Page views",
    Metric.VISITORS: "Visitors",
    Metric.CLICKS: "Clicks",
    Metric.CONVERSIONS: "Sales",
    Metric.COMMISSIONS: "Earned",
}
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EmbedNumber:
    """One number with its name."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class EmbedPage:
    """The widget: its numbers, and the course of the first as points of a line. Without numbers it says `problem` instead."""

    template: ClassVar[str] = "embed.html"
    theme: str
    title: str = ""
    words: str = ""
    numbers: Sequence[EmbedNumber] = ()
    course: str = ""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    html: bytes
    ancestors: str
    until: float


class EmbedDoor:
    """Answers for widgets. One event loop uses it; what waits for the store does so in threads."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._kept: dict[tuple[str, str], _Answer] = {}
        self._counting = asyncio.Semaphore(_MOST_AT_ONCE)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["method"] not in {"GET", "HEAD"}:
            await respond(send, 405, [(b"allow", b"GET, HEAD")], b"")
            return
        token_id = scope["path"].removeprefix(PREFIX)[:60]
        asked = parse_qs(scope["query_string"][:200].decode("latin-1")).get("theme", [""])[0]
        answer = await self._answer(token_id, asked if asked in THEMES else "")
        await respond(send, answer.status, _headers(answer), answer.html if scope["method"] == "GET" else b"")

    async def _answer(self, token_id: str, theme: str) -> _Answer:
        kept = self._kept.get((token_id, theme))
        if kept is not None and kept.until > time.monotonic():
            return kept
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._counting.acquire()
        except TimeoutError:
            return self._told(EmbedPage(theme or "auto", problem="The numbers are asked for too often just now."), 503)
        try:
            made = await asyncio.to_thread(self._made, token_id, theme)
        finally:
            self._counting.release()
        if made.status == 200:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[token_id, theme] = made
        return made

    def _made(self, token_id: str, theme: str) -> _Answer:
        try:
            found = self._parts.own.embeds.shown(token_id)
            if found is None:
                return self._told(EmbedPage(theme or "auto", problem="These numbers are not shown any more."), 404)
            ancestors = " ".join(found.sites) or "*"
            caller = Caller.of_affiliate(found.affiliate_id)
            whom = reader_of(self._parts.own.preferences(caller), Reader())
            return self._told(self._counted(found, caller, theme or found.theme, whom), 200, ancestors, whom)
        except UnavailableError as error:
            _log.warning("embed_unavailable", reason=str(error))
            return self._told(EmbedPage(theme or "auto", problem="The numbers are not to be had right now."), 503)

    def _counted(self, found: EmbedRecord, caller: Caller, theme: str, whom: Reader) -> EmbedPage:
        window, metrics = TimeWindow(found.window), [Metric(metric) for metric in found.metrics]
        grain = Grain.HOUR if window is TimeWindow.LAST_24_HOURS else Grain.DAY
        report = self._parts.analytics.report(caller, Question(metrics=metrics, window=window, grain=grain))
        numbers = [EmbedNumber(_LABELS[metric], _value(report, metric, whom)) for metric in metrics]
        course = _course([bucket.figures[metrics[0]] for bucket in report.result.series])
        return EmbedPage(theme, found.name, WINDOW_WORDS[window][1], numbers, course)

    def _told(self, page: EmbedPage, status: int, ancestors: str = "*", whom: Reader | None = None) -> _Answer:
        with reading(whom or Reader()):
            html = self._parts.render.html(page)
        return _Answer(status, html.encode(), ancestors, time.monotonic() + KEPT_SECONDS)


def _value(report: Report, metric: Metric, whom: Reader) -> str:
    figure = report.result.totals[metric]
    if metric is Metric.COMMISSIONS:
        currency = report.query.currency or "USD"
        return whom.money(figure, currency)
    return whom.number(figure)


def _course(values: Sequence[int]) -> str:
    """A line through the buckets, in a box of 100 by 24, zero at the bottom."""
    highest = max(values, default=0)
    if highest <= 0 or len(values) < 2:
        return ""
    step = 100 / (len(values) - 1)
    return " ".join(f"{place * step:.1f},{23 - 22 * max(value, 0) / highest:.1f}" for place, value in enumerate(values))


def _headers(answer: _Answer) -> list[tuple[bytes, bytes]]:
    policy = f"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {answer.ancestors}"
    caching = f"public, max-age={KEPT_SECONDS}" if answer.status == 200 else "no-store"
    return [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-security-policy", policy.encode("ascii", "ignore")),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-resource-policy", b"cross-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
        (b"cache-control", caching.encode()),
    ]
