"""Websites whose pages carry the snippet, a Tribute that hears it, and browsers that visit. For tests in a real browser.

Pages are served on loopback under names below `.localhost`, which browsers resolve by themselves; each website has a domain of its own.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import httpx
from playwright.sync_api import BrowserContext, Page, Request

from tests.support import cli
from tests.support.served import GIVE_UP_SECONDS, Tribute, eventually

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36"
"""A person's browser: the one that tests drive says that it is driven, and would not count."""
_ANSWERED_SECONDS = 1.0
"""An answer that takes longer is one that a test holds back."""
QUEUE_STUB = "<script>window.tribute=window.tribute||function(){(tribute.q=tribute.q||[]).push(arguments)};</script>"


@dataclass
class Answer:
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    type: str = "text/html; charset=utf-8"


class Pages:
    """A server of pages, by path. Unlisted paths give the page of `/`."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        pages = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                answer = pages.answers.get(self.path.partition("?")[0]) or pages.answers["/"]
                body = answer.body.encode()
                self.send_response(200)
                for name, value in {"Content-Type": answer.type, "Content-Length": str(len(body)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


@dataclass
class Site:
    """A website of the owner's, with its pages."""

    tribute: Tribute
    pages: Pages
    id: str
    name: str
    domain: str
    write_key: str

    def tag(self, host: str = "127.0.0.1", **data: str) -> str:
        """The snippet's tag, with `data-…` attributes; `host` is where the browser finds Tribute."""
        attributes = "".join(f' data-{name}="{value}"' for name, value in {"key": self.write_key, **data}.items())
        return f'<script async src="http://{host}:{self.tribute_port}/t.js"{attributes}></script>'

    @property
    def tribute_port(self) -> int:
        return int(self.tribute.url.rpartition(":")[2])

    def show(self, path: str = "/", *, head: str | None = None, body: str = "", headers: dict[str, str] | None = None, **data: str) -> None:
        """Put a page at a path: with the tag, or with `head` in its place."""
        head = self.tag(**data) if head is None else head
        page = f'<!doctype html><html><head><title>{path}</title><link rel="icon" href="data:,">{head}</head><body>{body}</body></html>'
        self.pages.answers[path] = Answer(page, headers or {})

    def url(self, path: str = "/", host: str | None = None) -> str:
        return f"http://{host or self.domain}:{self.pages.port}{path}"

    def set(self, *flags: str, told: dict[str, Any]) -> None:
        """Set the website's options, and wait until the server tells them to the snippet, which it does by itself in a moment."""
        cli.Tribute(self.tribute.home).json("website", "set", "--website", self.name, *flags)
        settings = f"{self.tribute.url}/v1/snippet/{self.write_key}"
        assert eventually(lambda: told.items() <= httpx.get(settings, trust_env=False, timeout=60).json().items(), bool)

    def link(self, code: str) -> str:
        """A redirect link to the website's front page, once the server knows the new website, which it learns by itself in a moment."""
        link = f"{self.tribute.url}/go/{code}?to={self.url('/')}"

        def leads_here() -> bool:
            # A HEAD makes no click.
            return httpx.head(link, trust_env=False, timeout=60).headers["location"].startswith(self.url("/"))

        assert eventually(leads_here, bool)
        return link

    def events(
        self, wanted: int = 0, columns: str = "type, path, bot, visitor_id, visitor_kind, code, click_id, is_click"
    ) -> list[dict[str, Any]]:
        """The website's counted events as the store has them, in the order of arrival; waits until there are at least `wanted`."""
        sql = f"SELECT {columns} FROM events WHERE website = '{self.name}' AND counted ORDER BY received_at, type"  # noqa: S608 - a name of our own

        def look() -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = cli.Tribute(self.tribute.home).json("sql", sql)["rows"]
            return rows

        return eventually(look, lambda rows: len(rows) >= wanted)

    def await_salt(self) -> None:
        """Wait until the server has made the new website's salt of the day, which it does by itself in a moment."""

        def is_counted() -> bool:
            httpx.get(f"{self.tribute.url}/pixel/v1/page?writeKey={self.write_key}", trust_env=False, timeout=60).raise_for_status()
            return any(row["visitor_kind"] == "cookieless" for row in self.events(1))

        assert eventually(is_counted, bool)


_numbers = count(1)


@contextmanager
def website(tribute: Tribute, **settings: str) -> Iterator[Site]:
    """A new website on a domain of its own, closed at the end. `settings` are options of `tribute website set`."""
    number = next(_numbers)
    name, domain = f"Course {number}", f"course{number}.localhost"
    command = cli.Tribute(tribute.home)
    added = command.json("website", "add", "--name", name, "--domain", domain)
    pages = Pages()
    try:
        options = {"default_url": f"http://{domain}:{pages.port}/"} | settings
        flags = [part for option, value in options.items() for part in (f"--{option.replace('_', '-')}", value) if part]
        command.json("website", "set", "--website", name, *flags)
        site = Site(tribute, pages, added["id"], name, domain, added["write_key"])
        site.show()
        yield site
    finally:
        pages.close()


class Visit:
    """One visitor's tab, and everything that it sends to Tribute."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.site = site
        self.sent: list[dict[str, Any]] = []
        self.requests: list[Request] = []
        self.complaints: list[str] = []
        self.context = context
        self._unanswered: set[Request] = set()
        context.on("request", self._note)
        for ending in ("requestfinished", "requestfailed"):
            context.on(ending, self._answered)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type in ("error", "warning") else None)

    def _note(self, request: Request) -> None:
        if f":{self.site.tribute_port}/" not in request.url:
            return
        self.requests.append(request)
        self._unanswered.add(request)
        if request.method == "POST" and request.post_data:
            told = json.loads(request.post_data)
            self.sent.extend(told.get("batch", [told]))

    def _answered(self, request: Request) -> None:
        self._unanswered.discard(request)

    def open(self, path: str = "/", *, referrer: str | None = None, site: Site | None = None) -> None:
        self.page.goto((site or self.site).url(path), referer=referrer)

    def complaints_are_expected(self) -> None:
        """From now on the browser tells of requests that failed, because the test lets them fail."""
        self.page.on("console", lambda message: self.complaints.remove(message.text) if message.text in self.complaints else None)

    def loaded(self) -> None:
        """Wait until the snippet is there."""
        self.until(lambda: bool(self.page.evaluate("!!window.tribute && !!tribute.version")), "the snippet loaded")

    def told(self, wanted: int, kind: str = "page") -> list[dict[str, Any]]:
        """The events of a kind that the browser has sent, once there are `wanted`; fails when there are more."""
        self.until(lambda: len(self._of(kind)) >= wanted, f"{wanted} {kind} events, not {len(self._of(kind))}")
        self.settle()
        found = self._of(kind)
        assert len(found) == wanted, [event.get("event") or event["context"]["page"]["url"] for event in found]
        return found

    def _of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.sent if event["type"] == kind]

    def until(self, holds: Callable[[], bool], what: str = "it") -> None:
        """Let the browser go on until something holds."""
        give_up_at = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < give_up_at:
            if holds():
                return
            self.page.wait_for_timeout(25)
        raise AssertionError(f"did not come to pass: {what}")

    def settle(self) -> None:
        """Let the browser finish what it has begun: answers under way, as far as they come at all, tasks, timers that are due.

        A page that is left before its answer came tells the same again from the next one.
        """
        give_up_at = time.monotonic() + _ANSWERED_SECONDS
        while self._unanswered and time.monotonic() < give_up_at:
            self.page.wait_for_timeout(10)
        self._unanswered.clear()
        self.page.evaluate("() => new Promise(done => setTimeout(() => requestAnimationFrame(() => setTimeout(done, 120)), 30))")

    def stored(self) -> dict[str, str]:
        """What this website has stored in the browser: local storage and cookies that its pages see."""
        script = """() => {
          const found = Object.fromEntries(document.cookie.split("; ").filter(Boolean).map(one => ["cookie " + one.split("=")[0], one]));
          try { for (const name of Object.keys(localStorage)) found[name] = localStorage[name]; } catch (error) {}
          return found;
        }"""
        found: dict[str, str] = self.page.evaluate(script)
        return found
