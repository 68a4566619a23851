"""Random queries and mutations out of the schema, with hostile values: each is answered or refused, never a fault of ours."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    get_named_type,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.portal import Client, opened
from tests.support.shop import Shop

DEPTH = 5
HOSTILE = st.sampled_from(
    [
        *("", " ", "\x00", "\ud800", "\u202e", "<script>", "'; DROP TABLE commissions; --", "=1+1", "Z" * 300),
        *("ada", "bob", "course.example", "Partners", "USD", "usd", "12.5", "1e999", "NaN", "١٢"),
        *("2026-11-20T10:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
    ]
)
TEXTS = HOSTILE | st.text(max_size=20)
NUMBERS = st.sampled_from([-1, 0, 1, 50, 200, 201, 2**31 - 1, -(2**31)]) | st.integers(-(2**31), 2**31 - 1)
ODD_AMOUNTS = [-1, 0, 1, 19_900, 10**15, 10**15 + 1, 2**63, -(10**30), 1.5, "12", "1" * 5000, "٣", True, None, []]
AMOUNTS = st.sampled_from(ODD_AMOUNTS) | st.integers()
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "String": TEXTS,
    "ID": TEXTS,
    "Int": NUMBERS,
    "Float": st.floats(allow_nan=False),
    "Boolean": st.booleans(),
    "Minor": AMOUNTS,
    "ConditionValue": TEXTS | AMOUNTS | st.booleans() | st.lists(TEXTS | AMOUNTS, max_size=3),
}


def values(kind: GraphQLInputType, ids: list[str]) -> st.SearchStrategy[Any]:
    """Values that a variable of this type may have, and at times may not."""
    if isinstance(kind, GraphQLNonNull):
        return values(kind.of_type, ids)
    if isinstance(kind, GraphQLList):
        return st.lists(values(kind.of_type, ids), max_size=3)
    if isinstance(kind, GraphQLEnumType):
        return st.sampled_from(sorted(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        fields = {name: values(field.type, ids) for name, field in kind.fields.items()}
        needed = {name for name, field in kind.fields.items() if isinstance(field.type, GraphQLNonNull)}
        optional = {name: made for name, made in fields.items() if name not in needed}
        return st.fixed_dictionaries({name: fields[name] for name in needed}, optional=optional)
    assert isinstance(kind, GraphQLScalarType)
    return st.sampled_from(ids) | SCALARS[kind.name] if kind.name == "ID" and ids else SCALARS[kind.name]


class Writer:
    """Writes one field of a root type with its arguments as variables and some of what is below it."""

    def __init__(self, draw: st.DrawFn, ids: list[str]) -> None:
        self.draw = draw
        self.ids = ids
        self.declared: list[str] = []
        self.variables: dict[str, Any] = {}

    def field(self, name: str, kind: GraphQLOutputType, arguments: dict[str, GraphQLArgument], depth: int) -> str:
        given_arguments = [self.argument(each, argument) for each, argument in arguments.items() if self.is_given(argument)]
        written = name + (f"({', '.join(given_arguments)})" if given_arguments else "")
        below = get_named_type(kind)
        return f"{written} {self.selection(below, depth)}" if isinstance(below, GraphQLObjectType) else written

    def is_given(self, argument: GraphQLArgument) -> bool:
        return isinstance(argument.type, GraphQLNonNull) or self.draw(st.booleans())

    def argument(self, name: str, argument: GraphQLArgument) -> str:
        variable = f"v{len(self.declared)}"
        self.declared.append(f"${variable}: {argument.type}")
        self.variables[variable] = self.draw(values(argument.type, self.ids))
        return f"{name}: ${variable}"

    def selection(self, kind: GraphQLObjectType, depth: int) -> str:
        is_leaf = {name: not isinstance(get_named_type(each.type), GraphQLObjectType) for name, each in kind.fields.items()}
        shown = {name: each for name, each in kind.fields.items() if depth < DEPTH or is_leaf[name]}
        if not shown:
            return "{ __typename }"
        names = self.draw(st.lists(st.sampled_from(sorted(shown)), min_size=1, max_size=5, unique=True))
        return "{ " + " ".join(self.field(name, shown[name].type, shown[name].args, depth + 1) for name in names) + " }"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    with opened(folder) as portal:
        shop = Shop(portal)
        for number in range(3):
            shop.click("ada", f"v{number}")
            shop.order(f"o{number}", anonymous_id=f"v{number}")
        yield shop


@pytest.fixture(scope="module")
def ids(shop: Shop) -> list[str]:
    """As they are at first: what is drawn must not depend on what earlier mutations have changed."""
    client: Client = shop.owner
    told = client.graphql("{ conversions { conversions { id commission { id } } } programs { id } }")["data"]
    found = [one["id"] for one in (*told["conversions"]["conversions"], *told["programs"])]
    return found + [one["commission"]["id"] for one in told["conversions"]["conversions"] if one["commission"] is not None]


@pytest.mark.slow
@given(st.data())
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize("root", ["query", "mutation"])
@pytest.mark.parametrize("asker", ["owner", "affiliate"])
def test_no_fault_of_ours(shop: Shop, ids: list[str], root: str, asker: str, data: st.DataObject) -> None:
    schema = shop.portal.graphql.schema
    kind = schema.query_type if root == "query" else schema.mutation_type
    assert kind is not None
    client = shop.owner if asker == "owner" else shop.ada_asking
    name = data.draw(st.sampled_from(sorted(kind.fields)))
    writer = data.draw(st.composite(lambda draw: Writer(draw, ids))())
    written = writer.field(name, kind.fields[name].type, kind.fields[name].args, 1)
    declared = f"({', '.join(writer.declared)})" if writer.declared else ""
    body = json.dumps({"query": f"{root} {declared} {{ {written} }}", "variables": writer.variables})
    answer = client.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {200, 400}
    for error in answer.json().get("errors", []):
        assert error["errorType"] != "InternalFailure", (written, writer.variables, error)
