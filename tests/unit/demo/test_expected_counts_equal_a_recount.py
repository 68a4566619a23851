"""What the specification expects equals a naive recount of the JSON by the contract's rules."""

from collections import Counter
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.demo_world import ToldWorld
from tribute.demo.devices import BOTS
from tribute.demo.world import CountKey

PARAMETERS = ("via", "ref", "aff", "affiliate", "affiliate_id")


def _carried_code(event: dict[str, Any]) -> str | None:
    """The contract: a said code before the address, `tab_url` before `url`, the first parameter that is present."""
    page = event["context"]["page"]
    said = event["properties"].get("affiliate_id") or event["context"].get("affiliate_id")
    if said:
        return str(said).lower()
    query = dict(parse_qsl(urlsplit(page.get("tab_url") or page["url"]).query))
    return next((query[name].lower() for name in PARAMETERS if name in query), None)


def _recount(events: list[dict[str, Any]]) -> Counter[CountKey]:
    counts: Counter[CountKey] = Counter()
    seen = set()
    for event in events:
        if event["messageId"] in seen or event["type"] != "page" or event["context"]["userAgent"] in BOTS:
            continue
        seen.add(event["messageId"])
        day = date.fromisoformat(event["originalTimestamp"][:10])
        counts[CountKey(urlsplit(event["context"]["page"]["url"]).hostname or "", _carried_code(event), day)] += 1
    return counts


def test_expected_counts_equal_a_recount(small: ToldWorld) -> None:
    assert small.world.expected_counts() == _recount(small.events)
