"""GET runs queries from the address; a browser that opens the address as a page gets the explorer, and all of it from us."""

import re
from urllib.parse import urlencode

import pytest

from tests.support.portal import Client, Portal


@pytest.fixture
def client(portal: Portal) -> Client:
    return portal.client(x_api_key=portal.token(portal.add_affiliate().id))


def test_a_query_in_the_address(client: Client) -> None:
    query = "query Q($window: TimeWindow!) { getAnalyticsData(metricType: Visitors timeWindow: $window) { dataset { value } } }"
    address = urlencode({"query": query, "variables": '{"window": "Last7Days"}', "operationName": "Q"})
    assert client.get(f"/graphql?{address}").json() == {"data": {"getAnalyticsData": {"dataset": []}}}


@pytest.mark.parametrize("address", ["", "variables=no", "query=", "query=%7BdataAsOf%7D&variables=[]"])
def test_an_address_without_a_query_is_400(client: Client, address: str) -> None:
    assert client.get(f"/graphql?{address}").status_code == 400


def test_a_browser_gets_the_explorer(portal: Portal) -> None:
    page = portal.client().get("/graphql", headers={"accept": "text/html,*/*"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    addresses = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
    assert len(addresses) == 6
    for address in addresses:
        file = portal.client().get(address)
        assert (file.status_code, file.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert not re.search(r'(src|href)="(https?:)?//', page.text)


def test_a_long_answer_is_compressed_for_those_who_can(portal: Portal, client: Client) -> None:
    query = {"query": "{ __schema { types { name description fields { name description } } } }"}
    plain = client.post("/graphql", json=query, headers={"accept-encoding": "identity"})
    packed = client.post("/graphql", json=query, headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
