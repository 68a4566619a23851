"""The snippets that `docs/sending-events.md` tells to put into a page send its page view, from a website's own origin."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.support.documents import ROOT, Block, blocks_to_run
from tests.support.node import MODULES
from tests.support.served import Tribute, eventually, served

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow]

SNIPPETS = {
    block.text.partition('from "')[2].partition('"')[0]: block
    for block in blocks_to_run(ROOT / "docs/sending-events.md")
    if block.language == "js"
}
FILES = {
    "/rudderstack.mjs": MODULES / "@rudderstack/analytics-js/dist/npm/modern/bundled/esm/index.mjs",
    "/segment.js": MODULES / "@segment/analytics-next/dist/umd/index.js",
}
SEGMENT_AS_A_MODULE = "export const { AnalyticsBrowser } = window.AnalyticsNext;"
"""What a bundler does with the package; the script before it is the package's own build."""
IMPORTS = '{"imports": {"@rudderstack/analytics-js/bundled": "/rudderstack.mjs", "@segment/analytics-next": "/segment.mjs"}}'


@pytest.fixture
def tribute(tmp_path: Path) -> Iterator[Tribute]:
    with served(tmp_path / "home") as running:
        yield running


@pytest.mark.parametrize("package", SNIPPETS)
def test_a_page_with_the_snippet_sends_its_page_view(package: str, page: Page, tribute: Tribute) -> None:
    write_key = tribute.add_website("My course", "course.example")
    tribute.add_affiliate("ada")
    with website(html(SNIPPETS[package], tribute.url, write_key)) as address:
        page.goto(f"{address}/?via=ada")
        rows = eventually(lambda: events(tribute), lambda seen: len(seen) >= 1)
    # This browser says that it is headless, so its page view is kept for its affiliate and marked.
    assert rows == [{"type": "page", "website": "My course", "affiliate": "ada", "path": "/", "bot": "headless", "anonymous": True}]


def events(tribute: Tribute) -> list[dict[str, object]]:
    query = "SELECT type, website, affiliate, path, bot, visitor_kind = 'anonymous' AS anonymous FROM events WHERE counted"
    return list(tribute.told("sql", query)["rows"])


def html(snippet: Block, url: str, write_key: str) -> str:
    """A page with the snippet in it, and what a bundler would bring."""
    script = snippet.text.replace("http://127.0.0.1:8000", url).replace("WRITE_KEY", write_key)
    needed = '<script src="/segment.js"></script>' if "segment" in script else ""
    return f"""<!doctype html><link rel="icon" href="data:,"><script type="importmap">{IMPORTS}</script>
        {needed}<script type="module">{script}</script>"""


@contextmanager
def website(front_page: str) -> Iterator[str]:
    """The website on an origin of its own on this machine: browsers keep pages from elsewhere away from it."""
    scripts = {path: file.read_bytes() for path, file in FILES.items()} | {"/segment.mjs": SEGMENT_AS_A_MODULE.encode()}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            body = scripts.get(path, front_page.encode())
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if path in scripts else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
