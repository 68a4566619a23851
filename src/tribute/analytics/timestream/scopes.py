"""Which names a place of a query sees, and what may stand there. Called by `expressions` and `queries`.

Invariant: every column in the SQL is named by a relation's number and its own, so that the engine resolves nothing that we did not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tribute.analytics.timestream.fragments import Value
from tribute.analytics.timestream.types import Type


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a relation: its name (None: it has none), its type, and its SQL."""

    name: str | None
    type: Type
    sql: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A table in FROM. `name` and `schema` are what may stand before its columns."""

    name: str | None
    fields: tuple[Field, ...]
    schema: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The relations of a FROM, and around them those of the queries outside."""

    relations: tuple[Relation, ...] = ()
    outer: "Scope | None" = None
    merged: tuple[Field, ...] = ()
    """The columns that JOIN … USING made one of two; they go before those of the relations."""

    def found(self, name: str, table: str | None, schema: str | None) -> tuple[list[Field], bool]:
        """The columns of a name in the innermost query that has any, and whether that is this one."""
        scope: Scope | None = self
        while scope is not None:
            fields = scope.own(name.lower(), table.lower() if table else None, schema.lower() if schema else None)
            if fields:
                return fields, scope is self
            scope = scope.outer
        return [], True

    def own(self, name: str, table: str | None, schema: str | None) -> list[Field]:
        """The columns of a name, in lower case, without those of the queries outside."""
        if table is None and (merged := [one for one in self.merged if (one.name or "").lower() == name]):
            return merged
        return [
            one
            for relation in self.relations
            if table is None or ((relation.name or "").lower() == table and (schema is None or (relation.schema or "").lower() == schema))
            for one in relation.fields
            if one.name is not None and one.name.lower() == name
        ]


@dataclass(frozen=True, slots=True)
class Place:
    """What an expression's surroundings let it do."""

    scope: Scope
    clause: str
    aggregates: bool = False
    windows: bool = False
    groups: Mapping[str, Value] | None = None
    """By their SQL, the expressions of GROUP BY; None where rows are not grouped."""
    variables: Mapping[str, Value] = field(default_factory=dict)
    """The parameters of the lambdas around."""
    outputs: Mapping[str, Value] = field(default_factory=dict)
    """The names of the select list, which ORDER BY sees first."""

    def plain(self, clause: str | None = None) -> "Place":
        """The same place where neither aggregates nor windows may stand and rows are not grouped."""
        return replace(self, clause=clause or self.clause, aggregates=False, windows=False, groups=None, outputs={})
