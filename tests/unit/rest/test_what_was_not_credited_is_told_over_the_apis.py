"""Over REST and GraphQL an affiliate reads what was not credited to them as the page's CSV has it, page by page, and nobody else's."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.support.portal import NOW, Client, Portal
from tests.support.shop import Shop

REST = "/api/v1/not-credited"
GRAPHQL = "query($c: String) { notCredited(first: 2, after: $c) { orders { occurredAt website outcome why } next } }"
Row = tuple[str, str, str]
Read = Callable[[Client, str | None], tuple[list[Row], str | None]]


@pytest.fixture
def shop(portal: Portal) -> Shop:
    """Bob's clicks came after Ada's on two orders; one of Ada's was too old, and so was one of Bob's on another day."""
    shop = Shop(portal)
    for visitor in ("v1", "v2"):
        shop.click("ada", visitor, at=NOW - timedelta(days=3), sub_id="mailada")
        shop.click("bob", visitor, at=NOW - timedelta(days=2), sub_id="mailbob")
        shop.order(f"order-{visitor}", 12_345, anonymous_id=visitor)
    for code, days in (("ada", 1), ("bob", 5)):
        shop.click(code, f"old-{code}", at=NOW - timedelta(days=100))
        at = (NOW - timedelta(days=days)).isoformat()
        shop.order(f"old-{code}", 12_345, anonymous_id=f"old-{code}", occurred_at=at)
    return shop


def over_rest(client: Client, cursor: str | None) -> tuple[list[Row], str | None]:
    told = client.get(REST, params={"limit": 2} | ({"cursor": cursor} if cursor is not None else {})).json()
    return [(one["occurred_at"], one["outcome"], " ".join(one["why"])) for one in told["orders"]], told["next_cursor"]


def over_graphql(client: Client, cursor: str | None) -> tuple[list[Row], str | None]:
    told: dict[str, Any] = client.graphql(GRAPHQL, c=cursor)["data"]["notCredited"]
    return [(one["occurredAt"], one["outcome"].lower(), " ".join(one["why"])) for one in told["orders"]], told["next"]


def pages(read: Read, client: Client) -> Iterator[tuple[list[Row], str | None]]:
    rows, cursor = read(client, None)
    yield rows, cursor
    while cursor is not None:
        rows, cursor = read(client, cursor)
        yield rows, cursor


@pytest.mark.parametrize("read", [over_rest, over_graphql])
def test_pages_together_are_the_portals_list(shop: Shop, read: Read) -> None:
    told = [row for rows, _ in pages(read, shop.ada_asking) for row in rows]
    table = csv.DictReader(io.StringIO(shop.browsing(shop.ada).get("/commissions/not-credited.csv").text))
    assert [(outcome, why) for _, outcome, why in told] == [(row["outcome"], row["why"]) for row in table]
    assert [outcome for _, outcome, _ in told] == ["another", "another", "nobody"]
    assert not [secret for secret in ("bob", "Bob", "123.45", "12345", "cnv_", "order-") if secret in str(told)]


@pytest.mark.parametrize("read", [over_rest, over_graphql])
def test_a_cursor_of_somebody_else_opens_nothing_of_theirs(shop: Shop, read: Read) -> None:
    [(_, theirs), *_] = pages(read, shop.ada_asking)
    assert theirs is not None
    rows, _ = read(shop.asking(shop.bob), theirs)
    assert [(outcome, "too old" in why, "mailada" in why) for _, outcome, why in rows] == [("nobody", True, False)]


def test_it_is_an_affiliates_alone(shop: Shop) -> None:
    assert shop.owner.get(REST).status_code == 403
    assert shop.owner.graphql(GRAPHQL)["errors"][0]["errorType"] == "Unauthorized"
    assert shop.portal.client().get(REST).status_code == 401
    assert shop.ada_asking.get(f"{REST}?cursor=nonsense").json()["error"]["field"] == "cursor"
    assert "after" in shop.ada_asking.graphql(GRAPHQL, c="nonsense")["errors"][0]["message"]
