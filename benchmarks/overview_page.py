"""The affiliate's first page with a year of visits behind it: the server's time, the first paint in a real Chromium, bytes on the wire."""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice, product, repeat
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, sync_playwright

from benchmarks.claims import Bench, Claim, Figure, Measured, Options, Table
from benchmarks.machine import ROOT, scratch
from benchmarks.running import run
from tribute.analytics.definitions import DAY, TimeWindow

REQUESTS = 60
PAINTS = 9
_SETTLE_SECONDS = 20.0
_SCREENS = {"1440 px": {"width": 1440, "height": 900}, "390 px": {"width": 390, "height": 844}}
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
_FIRST_BYTE = "performance.getEntriesByType('navigation')[0].responseStart"
_WIRE_BYTES = """
['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind)).reduce((sum, one) => sum + one.transferSize, 0)
"""


def measure(options: Options) -> Measured:
    with scratch("demo") as folder, _demo(Path(folder), options.text("scale")) as shown:
        cookies = _signed_in(shown["affiliates"][0]["sign_in_url"])
        time.sleep(_SETTLE_SECONDS)  # what the demo sent is loaded and decided by then
        years = _years()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
            paints = {
                name: [_paint(browser, f"{shown['url']}/?{next(years)}", cookies, screen) for _ in range(PAINTS)]
                for name, screen in _SCREENS.items()
            }
            browser.close()
        first_ms = _server_ms(shown["url"], cookies, years)
        server_ms = _server_ms(shown["url"], cookies, repeat(f"window={TimeWindow.LAST_365_DAYS}"))
    rows = [
        (name, *(statistics.median(one[part] for one in seen) for part in ("first_byte_ms", "paint_ms", "wire_kb")))
        for name, seen in paints.items()
    ]
    slowest = max(paints.values(), key=lambda seen: statistics.median(one["paint_ms"] for one in seen))
    figures = {
        "server_time": Figure.of(server_ms),
        "first_time": Figure.of(first_ms),
        "first_paint": Figure.of([one["paint_ms"] for one in slowest]),
        "wire": Figure(max(row[3] for row in rows)),
    }
    table = Table("With nothing cached, medians", ("Screen", "first byte ms", "first contentful paint ms", "KB on the wire"), rows)
    return Measured(figures, (table,), raw={"paints": paints})


@contextmanager
def _demo(folder: Path, scale: str) -> Iterator[Any]:
    """What `tribute demo` prints, while it serves."""
    command = [sys.executable, "-m", "tribute", "demo", "--home", str(folder / "home"), "--port", "0", "--scale", scale, "--json"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRIBUTE_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def _signed_in(url: str) -> dict[str, str]:
    """The cookies of somebody who used a sign-in link."""
    with httpx.Client(trust_env=False, timeout=30) as client:
        token = re.search(r'name="_csrf_token" value="([^"]+)"', client.get(url).text)
        assert token is not None
        signed_in = client.post(url, data={"_csrf_token": token[1], "next": "/"}, headers={"origin": str(httpx.URL(url).join("/"))[:-1]})
        assert signed_in.status_code < 400, signed_in.text
        return dict(client.cookies)


def _years() -> Iterator[str]:
    """Ranges of a year or nearly, each asked once: nobody's answer is remembered."""
    today = datetime.now(UTC).date()
    for first, last in product(range(365, 355, -1), range(10)):
        yield f"from={today - first * DAY}&to={today - last * DAY}"


def _paint(browser: Browser, url: str, cookies: dict[str, str], screen: Any) -> dict[str, float]:
    """One visit with an empty cache."""
    context = browser.new_context(viewport=screen)
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    page = context.new_page()
    page.goto(url, wait_until="load")
    while page.evaluate(_PAINTED) is None:  # not wait_for_function, which evaluates text in the page: its policy forbids that
        page.wait_for_timeout(20)
    seen = {
        "first_byte_ms": page.evaluate(_FIRST_BYTE),
        "paint_ms": page.evaluate(_PAINTED),
        "wire_kb": page.evaluate(_WIRE_BYTES) / 1000,
    }
    context.close()
    return seen


def _server_ms(url: str, cookies: dict[str, str], asked: Iterator[str]) -> list[float]:
    """From the request to the last byte of the page, over a kept connection, for the next of the questions."""
    took = []
    with httpx.Client(base_url=url, cookies=cookies, trust_env=False, timeout=30) as client:
        for question in islice(asked, REQUESTS):
            began = time.perf_counter()
            client.get(f"/?{question}").raise_for_status()
            took.append((time.perf_counter() - began) * 1000)
    return took


_COUNTED = (
    "Some 80 ms are DuckDB's, for three questions of two to four statements each: cards and chart with the year before, its lines by "
    "website, the best day. Distinct visitors of a week or a year add up from nothing that is stored, so that 53,000 page views are read."
)

BENCH = Bench(
    name="overview_page",
    title="The overview page",
    about="""
`tribute demo` fills a home with a year of visits and sales through the public doors and goes on sending a few live ones. Its most
successful affiliate opens the overview of the whole year. The server's time is from the request to the page's last byte over HTTP: of the
last 365 days, asked again and again, whose answers are remembered until one of the affiliate's own numbers changes; and of ranges of about
a year that nobody asked for before, so that everything is counted. The paint is what Chromium calls the first contentful paint, with an
empty cache and such a new range each time; server and browser share the machine.
""",
    claims=(
        Claim("server_time", "The overview of a year, asked again, from the request to its last byte", "ms", "less", 40),
        Claim("first_time", "The same where nobody asked for these dates before", "ms", "less", 40, limited_by=_COUNTED),
        Claim("first_paint", "Its first contentful paint in Chromium, on the slower of two screens", "ms", "less", 300),
        Claim("wire", "What a browser with nothing cached loads for it", "KB", "less", 150),
    ),
    measure=measure,
    leaves_out=("The network and TLS.", "The live numbers, which come over a websocket after the paint."),
    minutes=6,
    options={"scale": ("1", "the demo's size; 1 is a year of more than 300,000 page views")},
    programs=("chromium",),
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
