"""Page views and visitors per day of one website with a million page views, over HTTP: ours beside runlight with its rollups built.

Both have the same page views, and the numbers of every whole day must be the same. Called by `reading`.
"""

import subprocess
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import _world
from benchmarks._timed import Client, Times, in_turns
from benchmarks.machine import scratch
from benchmarks.servers import PEERS, ours, peer, runlight

_WINDOWS = {30: "Last30Days", 365: "Last365Days"}
_ROUNDS, _ASKED = 5, 40
_TOKEN = "a-token"  # noqa: S105 no secret: a server of this run alone
_ONE = "{name}: getAnalyticsData(metricType: {metric} timeWindow: {window}) {{ dataset {{ series timestamp value }} }}"
_SESSIONS = """
    SELECT visit, visit AS visitor, min(at_ms), max(at_ms), count(*), arg_min(path, at_ms), arg_max(path, at_ms), any_value(host),
        any_value(referrer_host), any_value(country), any_value(browser), any_value(os), any_value(device)
    FROM views GROUP BY visit ORDER BY min(at_ms)
"""
_EVENTS = "SELECT at_ms, visit, visit AS session, event_key, path, host, title FROM views ORDER BY at_ms"


def measured(rows: int) -> dict[str, dict[int, Times]]:
    """The times of each, by the number of days. Raises AssertionError where their numbers differ."""
    with ours() as server, scratch("runlight") as folder:
        server.tribute.stop()
        affiliate, token = _world.affiliate(server.tribute, "ada")
        world = _world.made(server.tribute.home, rows, {1: affiliate}, ranks=1, websites=1)
        _fill(world, Path(folder))
        server.tribute.start()
        mine = Client(server.tribute.url, {"x-api-key": token})
        found: dict[str, dict[int, Times]] = {"Tribute": {}, "runlight": {}}
        with runlight(Path(folder), RUNLIGHT_TOKEN=_TOKEN) as theirs_server:
            theirs = Client(theirs_server.url, {"Authorization": f"Bearer {_TOKEN}"})
            for days, window in _WINDOWS.items():
                asked, path = {"query": _query(window)}, _path(world.ends, days)
                _compare(mine.json("/graphql", asked), theirs.json(path))
                questions = partial(mine.body, "/graphql", asked), partial(theirs.body, path)
                found["Tribute"][days], found["runlight"][days] = in_turns(*questions, rounds=_ROUNDS, times=_ASKED)
    return found


def _query(window: str) -> str:
    """Both numbers of every day in one request."""
    parts = [_ONE.format(name=name, metric=metric, window=window) for name, metric in (("views", "PageViews"), ("visitors", "Visitors"))]
    return f"{{ {' '.join(parts)} }}"


def _path(now: datetime, days: int) -> str:
    first = now - timedelta(days=days)
    return f"/runlight/api/series?site=docs&from={first:%Y-%m-%d}&to={now:%Y-%m-%d}&interval=day&compare=off"


def _fill(world: _world.World, folder: Path) -> None:
    """The same page views as runlight's visits: a visitor's of one day are one, and its visitor ids change every day."""
    sessions, events = folder / "sessions.csv", folder / "events.csv"
    with duckdb.connect(world.path, read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            """CREATE TEMP TABLE views AS SELECT *, epoch_ms(event_time) AS at_ms, md5(visitor_id || event_time::DATE) AS visit
            FROM internal.events"""
        )
        for asked, path in ((_SESSIONS, sessions), (_EVENTS, events)):
            connection.execute(f"COPY ({asked}) TO '{path}' (HEADER false)")
    command = [str(peer("runlight")), str(PEERS / "runlight_fill.py"), str(sessions), str(events)]
    subprocess.run(command, check=True, env={"DATA_DIR": str(folder), "RUNLIGHT_GEO": "off"}, stdout=subprocess.DEVNULL)
    sessions.unlink()
    events.unlink()


def _compare(mine: Any, theirs: Any) -> None:
    """Every whole day has the same numbers in both; the first is cut at an instant with us, and today goes on."""
    numbers: dict[str, dict[str, float]] = {}
    for name in ("views", "visitors"):
        for point in mine["data"][name]["dataset"]:
            numbers.setdefault(point["timestamp"][:10], {})[name] = point["value"]
    days = sorted(numbers)[1:-1]
    told = {f"{datetime.fromtimestamp(point['start'] / 1000, UTC):%Y-%m-%d}": point for point in theirs["points"]}
    for day in days:
        assert numbers[day] == {"views": told[day]["pageviews"], "visitors": told[day]["visitors"]}, (day, numbers[day], told[day])
