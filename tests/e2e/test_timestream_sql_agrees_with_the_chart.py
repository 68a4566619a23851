"""The contract's Timestream query, letter for letter, beside the given GraphQL query: the same numbers from the same events."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.served import Tribute, eventually, served

GIVEN = """
    SELECT website, sum(measure_value::bigint) AS value, date_trunc('day', time) AS timestamp
    FROM "WebAnalyticsDb"."PageViewsTable"
    WHERE "affiliate_id" = 'ada' AND time between ago(7day) and now()
    GROUP BY website, date_trunc('day', time)
"""
VIEWS = 12


@pytest.fixture(scope="module")
def tribute(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tribute]:
    home: Path = tmp_path_factory.mktemp("home")
    with served(home / "home") as running:
        yield running


@pytest.mark.slow
def test_the_given_query_agrees_with_the_given_chart(tribute: Tribute) -> None:
    keys = [tribute.add_website(name, f"{name.lower()}.example") for name in ("Docs", "Shop")]
    token = tribute.add_affiliate("ada")
    tribute.add_affiliate("bob")
    for number in range(VIEWS):
        code = "bob" if number % 4 == 3 else "ada"
        url = f"https://{('docs', 'shop')[number % 2]}.example/{number}?via={code}"
        event = {"anonymousId": f"v{number % 3}", "messageId": f"m{number}", "properties": {"url": url}}
        httpx.post(f"{tribute.url}/v1/page", json=event, auth=(keys[number % 2], ""), trust_env=False, timeout=60).raise_for_status()
    expected = VIEWS * 3 // 4
    assert eventually(lambda: tribute.total(token), lambda seen: seen == expected) == expected
    answer = tribute.told("sql", GIVEN, "--dialect", "timestream")
    told = Counter({(row["website"], row["timestamp"][:10]): row["value"] for row in answer["rows"]})
    assert answer["columns"] == ["website", "value", "timestamp"]
    assert told == Counter({(point["series"], point["timestamp"][:10]): point["value"] for point in tribute.points(token)})
    assert sum(told.values()) == expected


def test_a_refusal_is_one_sentence_with_its_place(tribute: Tribute) -> None:
    refused = tribute.run("sql", "SELECT time + 1 FROM nowhere", "--dialect", "timestream", check=False)
    assert refused.returncode == 1
    assert "line 1:22: Schema must be specified" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
