"""A folder that Firehose wrote, imported while a server runs: every event once, at its server's time; the rest waits to be mapped."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.served import Tribute, served

DAYS = 3
EVENTS_A_DAY = 20


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    """Three past days of one website, one after the other without a newline; and a day of a host that nobody has named yet."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for day in range(1, DAYS + 1):
        write(tmp_path / "bucket", midnight - timedelta(days=day), "docs.acme.example")
    write(tmp_path / "bucket", midnight - timedelta(days=1), "old.acme.example")
    return tmp_path / "bucket"


def write(bucket: Path, day: datetime, host: str) -> None:
    folder = bucket / day.strftime("%Y/%m/%d/00")
    folder.mkdir(parents=True, exist_ok=True)
    events = "".join(json.dumps(event(day + timedelta(minutes=number), host, number)) for number in range(EVENTS_A_DAY))
    (folder / f"events-1-{day:%Y-%m-%d}-00-05-00-{host}.gz").write_bytes(gzip.compress(events.encode()))


def event(at: datetime, host: str, number: int) -> dict[str, object]:
    page = {"url": f"https://{host}/lesson?via=ada"}
    times = {"timestamp": at.isoformat(), "receivedAt": (at + timedelta(seconds=2)).isoformat()}
    return {"type": "page", "messageId": f"{host}-{at:%d}-{number}", "anonymousId": f"v-{number}", "context": {"page": page}, **times}


def counted(tribute: Tribute, token: str) -> dict[str, float]:
    return {f"{point['series']} {point['timestamp'][:10]}": point["value"] for point in tribute.points(token)}


@pytest.mark.slow
def test_imported_events_count_on_the_day_they_happened(tmp_path: Path, bucket: Path) -> None:
    with served(tmp_path / "home") as tribute:
        tribute.add_website("Docs", "docs.acme.example")
        token = tribute.add_affiliate("ada")
        days = sorted({path.name[9:19] for path in bucket.rglob("*.gz")}, reverse=True)

        first = tribute.told("import", str(bucket), "--format", "firehose")
        assert (first["files"], first["events"], first["quarantined"]) == (DAYS + 1, DAYS * EVENTS_A_DAY, EVENTS_A_DAY)
        again = tribute.told("import", str(bucket), "--format", "firehose")
        assert again["events"] == 0
        assert counted(tribute, token) == {f"Docs {day}": EVENTS_A_DAY for day in days}

        tribute.run("website", "map", "--website", "Docs", "--host", "old.acme.example")
        assert tribute.told("quarantine", "replay") == {"replayed": EVENTS_A_DAY, "kept": 0}
        assert counted(tribute, token) == {f"Docs {day}": EVENTS_A_DAY for day in days} | {f"Docs {days[0]}": 2 * EVENTS_A_DAY}
        assert tribute.told("quarantine", "list") == {"items": []}
        assert tribute.told("rebuild")["changed"] == {}
