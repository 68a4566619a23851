"""Length, depth, selections, aliases and body are bounded, fragments expanded; what people really send passes."""

import pytest
from graphql import get_introspection_query

from tests.support.portal import Client, Portal


@pytest.fixture
def client(portal: Portal) -> Client:
    return portal.client(x_api_key=portal.token(portal.add_affiliate().id))


def refusal(client: Client, query: str) -> str:
    body = client.graphql(query)
    assert body.get("data") is None
    message: str = body["errors"][0]["message"]
    return message


def test_the_usual_introspection_query_passes(client: Client) -> None:
    assert "errors" not in client.graphql(get_introspection_query())


def test_introspection_needs_credentials(portal: Portal) -> None:
    assert portal.client().post("/graphql", json={"query": "{ __schema { queryType { name } } }"}).status_code == 401


def test_a_long_query(client: Client) -> None:
    assert "longer than 10,000" in refusal(client, "{ dataAsOf }" + " " * 10_000)


def test_many_aliases(client: Client) -> None:
    assert "20 aliases" in refusal(client, "{" + " ".join(f"a{n}: dataAsOf" for n in range(21)) + "}")
    assert "errors" not in client.graphql("{" + " ".join(f"a{n}: dataAsOf" for n in range(20)) + "}")


def test_aliases_hidden_in_fragments(client: Client) -> None:
    fragments = "fragment F on Viewer { a: name b: name c: name } "
    spreads = " ".join(f"v{n}: viewer {{ ...F }}" for n in range(6))
    assert "20 aliases" in refusal(client, fragments + "{" + spreads + "}")


def test_depth(client: Client) -> None:
    assert "levels deep" in refusal(client, "{ viewer " * 11 + "{ name }" + "}" * 11)


def test_depth_through_fragments(client: Client) -> None:
    chain = " ".join(f"fragment F{n} on Viewer {{ name {{ ...F{n + 1} }} }}" for n in range(12))
    assert "levels deep" in refusal(client, chain + " fragment F12 on Viewer { name } { viewer { ...F0 } }")


def test_fragments_that_double_at_every_step(client: Client) -> None:
    chain = " ".join(f"fragment F{n} on Viewer {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
    assert "500 fields" in refusal(client, chain + " fragment F40 on Viewer { name } { viewer { ...F0 } }")


def test_fragments_in_a_circle(client: Client) -> None:
    assert refusal(client, "fragment A on Viewer { ...B } fragment B on Viewer { ...A } { viewer { ...A } }")


def test_deep_introspection(client: Client) -> None:
    nested = "{ __schema { types " + "{ fields { type " * 12 + "{ name }" + "} }" * 12 + "} }"
    assert refusal(client, nested)


def test_a_large_body_is_413(client: Client) -> None:
    answer = client.post("/graphql", json={"query": "{ dataAsOf }", "variables": {"x": "y" * 100_000}})
    assert answer.status_code == 413


def test_a_form_is_415(client: Client) -> None:
    assert client.post("/graphql", data={"query": "{ dataAsOf }"}).status_code == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_405(client: Client, method: str) -> None:
    answer = client.request(method, "/graphql")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
