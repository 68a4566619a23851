"""Events as Firehose, RudderStack and Segment leave them, and an importer beside a pipeline, whose websites the test tells."""

import json
from typing import Any

from tests.support.crashes import Steps
from tests.support.pipeline import Pipeline
from tests.support.records import WEBSITE
from tribute.loader.importing import Importer

IP = "203.0.113.7"


class ToldWebsites:
    """The owner's table, as the test tells it."""

    def __init__(self) -> None:
        self.source_ids: dict[str, str] = {}
        self.names: dict[str, str] = {WEBSITE: WEBSITE, "Course": WEBSITE}
        self.hosts: dict[str, str] = {}

    def by_source_id(self, source_id: str) -> str | None:
        return self.source_ids.get(source_id)

    def by_name(self, website: str) -> str | None:
        return self.names.get(website)

    def by_host(self, host: str) -> str | None:
        return self.hosts.get(host)


def event(number: int, **fields: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "page",
        "messageId": f"m{number}",
        "anonymousId": f"v{number}",
        "receivedAt": "2026-11-23T11:00:00.000Z",
        "timestamp": f"2026-11-23T10:{number:02}:00.000Z",
        "request_ip": IP,
        "context": {"ip": IP, "page": {"url": "https://course.example/start?via=ada"}},
    }
    return {name: value for name, value in (told | fields).items() if value is not None}


def lines(*events: dict[str, Any]) -> bytes:
    return "\n".join(map(json.dumps, events)).encode()


def importer(pipeline: Pipeline, websites: ToldWebsites, steps: Steps | None = None) -> Importer:
    def as_it_is(part: Any) -> Any:
        return part

    around = steps.around if steps is not None else as_it_is
    return Importer(
        append=lambda records: around(pipeline).append(records),
        finder=around(websites),
        store=around(pipeline.store),
        quarantine=around(pipeline.quarantine),
        clock=pipeline.clock,
    )
