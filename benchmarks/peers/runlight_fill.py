"""Fills a runlight store in DATA_DIR with the visits and page views of two CSV files and builds its rollups. Run by the peer's Python."""

import csv
import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from runlight import Runlight
from runlight.store import Stores
from runlight_app import SITE

_SESSIONS = """INSERT INTO rl_sessions (id, site, visitor, started_at, last_at, pageviews, entry_path, exit_path, hostname, referrer_host,
    country, browser, os, device) VALUES (?, 'docs', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_EVENTS = """INSERT INTO rl_events (site, ts, kind, visitor, session, pageview, path, hostname, title)
    VALUES ('docs', ?, 'pageview', ?, ?, ?, ?, ?, ?)"""


def rows(path: str) -> Iterator[list[str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file)


def main(sessions: str, events: str) -> None:
    path = f"{os.environ['DATA_DIR']}/runlight.db"
    analytics = Runlight(store=Stores.sqlite(path), site=SITE, rate_limit=False)
    analytics.init()
    with sqlite3.connect(path) as database:
        database.executemany(_SESSIONS, rows(sessions))
        database.executemany(_EVENTS, rows(events))
        database.execute("ANALYZE")
    days = 0
    while built := analytics.build_rollups():
        days += built
    print(days)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
