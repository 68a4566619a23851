"""A course's website on an origin of its own, with an official browser SDK in its pages, and the Tribute that they send to.

Every page calls `page()` when it loads, as the SDKs' own instructions say, and leaves the SDK at `window.analytics`.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Response

from tests.support.node import MODULES
from tests.support.served import Tribute, eventually, served

DOMAIN = "course.localhost"
"""Browsers find it on this machine, and take it for as safe as https."""
NAME = "Course"
CODE = "ada"

_FILES = {
    "/rudderstack.mjs": MODULES / "@rudderstack/analytics-js/dist/npm/modern/bundled/esm/index.mjs",
    "/segment.js": MODULES / "@segment/analytics-next/dist/umd/standalone.js",
}


def _rudderstack(url: str, write_key: str, options: str) -> str:
    return f"""
        <script type="importmap">{{"imports": {{"@rudderstack/analytics-js/bundled": "/rudderstack.mjs"}}}}</script>
        <script type="module">
          import {{ RudderAnalytics }} from "@rudderstack/analytics-js/bundled";
          window.analytics = new RudderAnalytics();
          analytics.load("{write_key}", "{url}", {{ configUrl: "{url}", {options} }});
          analytics.page();
        </script>"""


def _segment(url: str, write_key: str, options: str) -> str:
    """Segment's own snippet, cut to what is needed, with its build served by the website instead of Segment's CDN."""
    return f"""
        <script>
          window.analytics = [];
          for (const method of ["page", "track", "identify", "ready"])
            analytics[method] = (...values) => {{ window.analytics.push([method, ...values]); }};
          analytics._writeKey = "{write_key}";
          analytics._cdn = "{url}";
          analytics._loadOptions = {{ integrations: {{ "Segment.io": {{ {options} }} }} }};
          analytics.page();
        </script>
        <script src="/segment.js" async></script>"""


@dataclass(frozen=True)
class BrowserSdk:
    """An official SDK, unmodified, with options as its users would set them."""

    name: str
    html: Callable[[str, str, str], str]
    options: str = ""

    def __str__(self) -> str:
        return self.name


RUDDERSTACK = BrowserSdk("rudderstack", _rudderstack)
RUDDERSTACK_BEACON = BrowserSdk("rudderstack-beacon", _rudderstack, "useBeacon: true, beaconQueueOptions: { flushQueueInterval: 500 }")
SEGMENT = BrowserSdk("segment", _segment)
SEGMENT_BATCHING = BrowserSdk(
    "segment-batching", _segment, 'deliveryStrategy: { strategy: "batching", config: { size: 10, timeout: 500 } }'
)
SDKS = (RUDDERSTACK, RUDDERSTACK_BEACON, SEGMENT, SEGMENT_BATCHING)


class Course:
    """The website, its affiliate, and visitors' browsers. Several tests may use one after another: each sees what came since `install`."""

    def __init__(self, tribute: Tribute, browser: Browser) -> None:
        self.tribute = tribute
        self.write_key = tribute.add_website(NAME, DOMAIN)
        self.token = tribute.add_affiliate(CODE)
        self.origin = ""
        self.head = ""
        """What the website has in the head of its pages."""
        self._browser = browser
        self._visitors: list[BrowserContext] = []
        self._since = datetime.now(UTC)
        self._before: dict[str, float] = {}

    def visitor(self, user_agent: str | None = "") -> BrowserContext:
        """A new visitor, with a browser of the people's kind unless another, or its own for None, is named."""
        context = self._browser.new_context(user_agent=self.everyday_agent if user_agent == "" else user_agent)
        context.set_default_timeout(30_000)
        self._visitors.append(context)
        return context

    @property
    def everyday_agent(self) -> str:
        """What this Chromium would call itself with a window."""
        version = self._browser.version.partition(".")[0]
        return f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36"

    def install(self, sdk: BrowserSdk) -> None:
        """Put the SDK into every page, with no visitor, a running server, and every number at nought."""
        while self._visitors:
            self._visitors.pop().close()
        if self.tribute.process is None:
            self.tribute.start_again()
        self.head = sdk.html(self.tribute.url, self.write_key, sdk.options)
        self._before = {metric: self.tribute.total(self.token, metric) for metric in ("PageViews", "Visitors")}
        self._since = datetime.now(UTC)

    def views(self, at_least: int, metric: str = "PageViews") -> float:
        """The affiliate's number as GraphQL tells it, once it is that high, or the time is up."""
        before = self._before[metric]
        return eventually(lambda: self.tribute.total(self.token, metric) - before, lambda seen: seen >= at_least)

    def rows(self, columns: str, at_least: int = 0, where: str = "true") -> list[dict[str, Any]]:
        """Events as SQL tells them, in the order in which they happened, once there are that many, or the time is up."""
        query = f"SELECT {columns} FROM events WHERE {where} AND received_at >= TIMESTAMPTZ '{self._since.isoformat()}' ORDER BY time"  # noqa: S608 -- a test's own words
        return eventually(lambda: list(self.tribute.told("sql", query)["rows"]), lambda seen: len(seen) >= at_least)


@contextmanager
def course(home: Path, browser: Browser) -> Iterator[Course]:
    """A course with its Tribute, both served on this machine."""
    with served(home, BUFFER_SECONDS="1") as tribute:
        made = Course(tribute, browser)
        with _website(made) as port:
            made.origin = f"http://{DOMAIN}:{port}"
            yield made


@contextmanager
def _website(made: Course) -> Iterator[int]:
    files = {path: file.read_bytes() for path, file in _FILES.items()}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            page = f'<!doctype html><title>{path}</title><link rel="icon" href="data:,">{made.head}<a href="/next">Next</a>'
            body = files.get(path) or page.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if path in files else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answered(page: Page, kind: str, act: Callable[[], object]) -> None:
    """Do something in a page, and wait until the server has answered a request whose body holds `kind`; a beacon's body cannot be seen."""

    def is_it(response: Response) -> bool:
        request = response.request
        return request.method == "POST" and ("/beacon/" in request.url or kind in (request.post_data or ""))

    with page.expect_response(is_it):
        act()


def attempted(page: Page, act: Callable[[], object]) -> None:
    """Do something in a page, and wait until it has tried to send, in vain."""
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        act()
