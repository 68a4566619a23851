"""Translates FROM: the one table, queries by name, queries in parentheses, VALUES, UNNEST, and joins. Called by `queries`.

Invariant: the only table is the one whose SQL the caller gave; it is put in wherever the query names it, so that its scope cannot be left.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from tribute.analytics.timestream import operators
from tribute.analytics.timestream.expressions import Expressions
from tribute.analytics.timestream.fragments import Value, converted
from tribute.analytics.timestream.scopes import Field, Place, Relation, Scope
from tribute.analytics.timestream.table import COLUMNS, DATABASE, TABLE
from tribute.analytics.timestream.types import BIGINT, TIMESTAMP, Kind, Type, common

if TYPE_CHECKING:
    from tribute.analytics.timestream.queries import Query


@dataclass(frozen=True, slots=True)
class Defined:
    """A query that WITH gives a name."""

    sql_name: str
    names: Sequence[str | None]
    types: Sequence[Type]


class Relations:
    """The translator of one statement's FROM clauses."""

    def __init__(self, expressions: Expressions, query: "Callable[[exp.Expr, Scope | None], Query]", source: str) -> None:
        self._expressions = expressions
        self._query = query
        self._source = source
        self._numbers = 0

    def number(self, letter: str) -> str:
        """A name that nothing else in the statement has."""
        self._numbers += 1
        return f"{letter}{self._numbers}"

    def from_clause(self, node: exp.Select, outer: Scope | None, visible: Mapping[str, Defined]) -> tuple[str, Scope]:
        """The SQL of a query's FROM, and what its other clauses see."""
        from_, joins = node.args.get("from_"), node.args.get("joins") or []
        if from_ is None:
            return "", Scope(outer=outer)
        self._expressions.only(from_, "this")
        sql, relation = self._relation(from_.this, Scope(outer=outer), visible)
        scope = Scope((relation,), outer)
        text = f" FROM {sql}"
        commas = False
        for join in joins:
            joined, scope = self._join(join, scope, visible, after_comma=commas)
            commas = commas or not (join.args.get("kind") or join.args.get("side") or join.args.get("on") or join.args.get("using"))
            text += joined
        return text, scope

    def all_fields(self, scope: Scope, table: str | None) -> list[Field]:
        """The columns of `*`, or of `table.*`."""
        merged = {(one.name or "").lower() for one in scope.merged}
        own = [] if table else list(scope.merged)
        for relation in scope.relations:
            if table is None or (relation.name or "").lower() == table.lower():
                own += [one for one in relation.fields if table or (one.name or "").lower() not in merged]
        return own

    def renamed(self, alias: exp.Expr | None, names: Sequence[str | None], node: exp.Expr) -> list[str | None]:
        """The names of columns after `AS t(a, b)`."""
        given = [one.name for one in (alias.args.get("columns") or [])] if alias is not None else []
        if given and len(given) != len(names):
            raise self._expressions.error(node, f"Column alias list has {len(given)} entries but there are {len(names)} columns")
        return list(given) or list(names)

    def _relation(self, node: exp.Expr, before: Scope, visible: Mapping[str, Defined]) -> tuple[str, Relation]:
        if isinstance(node, exp.Table):
            return self._table(node, visible)
        if isinstance(node, exp.Unnest):
            return self._unnested(node, before)
        if isinstance(node, exp.Subquery):
            self._expressions.only(node, "this", "alias")
            query = self._query(node.this, before.outer)
            return self._named(f"({query.sql})", node, query.names, query.types)
        if isinstance(node, exp.Values):
            self._expressions.only(node, "expressions", "alias")
            sql, names, types = self.values(node, before.outer)
            return self._named(f"({sql})", node, names, types)
        raise self._expressions.error(node, "this is not available in FROM")

    def _named(
        self,
        sql: str,
        node: exp.Expr,
        names: Sequence[str | None],
        types: Sequence[Type],
        *,
        own: tuple[str | None, str | None] = (None, None),
    ) -> tuple[str, Relation]:
        """A table's SQL under a number, and its columns by what the query calls them; `own` are its name and schema without AS."""
        alias = node.args.get("alias")
        number = self.number("r")
        columns = ", ".join(f"c{place}" for place in range(len(types)))
        called = self.renamed(alias, names, node)
        fields = tuple(Field(one, kind, f"{number}.c{place}") for place, (one, kind) in enumerate(zip(called, types, strict=True)))
        name, schema = (alias.name, None) if alias is not None and alias.name else own
        return f"{sql} AS {number}({columns})", Relation(name, fields, schema)

    def _table(self, node: exp.Table, visible: Mapping[str, Defined]) -> tuple[str, Relation]:
        self._expressions.only(node, "this", "db", "alias")
        if not isinstance(node.this, exp.Identifier):
            raise self._expressions.error(node, "a function is not available in FROM; use UNNEST")
        name, database = node.name, node.args["db"].name if node.args.get("db") else None
        if database is None:
            defined = visible.get(name.lower())
            if defined is None:
                raise self._expressions.error(node, f'Schema must be specified: write "{DATABASE}"."{TABLE}"')
            return self._named(defined.sql_name, node, defined.names, defined.types, own=(name, None))
        if (database.lower(), name.lower()) != (DATABASE.lower(), TABLE.lower()):
            raise self._expressions.error(node, f'Table \'{database[:80]}.{name[:80]}\' does not exist; there is "{DATABASE}"."{TABLE}"')
        return self._named(f"({self._source})", node, [one.name for one in COLUMNS], [one.type for one in COLUMNS], own=(name, database))

    def values(self, node: exp.Values, outer: Scope | None) -> tuple[str, list[str | None], list[Type]]:
        """`VALUES (1, 'a'), (2, 'b')`: the SQL and the columns' names and types."""
        place = Place(Scope(outer=outer), "VALUES")
        rows = [
            [self._expressions.value(one, place) for one in (row.expressions if isinstance(row, exp.Tuple) else [row])]
            for row in node.expressions
        ]
        if len({len(row) for row in rows}) != 1:
            raise self._expressions.error(node, "Values rows have mismatched sizes")
        types = [operators.element_type(list(column)) for column in zip(*rows, strict=True)]
        if any(kind is None for kind in types):
            raise self._expressions.error(node, "Values rows have mismatched types")
        settled = [kind for kind in types if kind is not None]
        texts = ", ".join(f"({', '.join(converted(value, kind) for value, kind in zip(row, settled, strict=True))})" for row in rows)
        number = self.number("r")
        columns = [f"c{position}" for position in range(len(settled))]
        shown = ", ".join(f"{number}.{column} AS {column}" for column in columns)
        sql = f"SELECT {shown} FROM (VALUES {texts}) AS {number}({', '.join(columns)})"  # noqa: S608 translated
        return sql, [None] * len(settled), settled

    def _unnested(self, node: exp.Unnest, before: Scope) -> tuple[str, Relation]:
        """One row an element; arrays that are shorter than others end in NULLs. A time series makes two columns."""
        self._expressions.only(node, "expressions", "alias", "offset")
        values = [self._expressions.value(one, Place(before, "UNNEST")) for one in node.expressions]
        shown: list[str] = []
        names: list[str | None] = []
        types: list[Type] = []
        for position, value in enumerate(values):
            if value.type.element is None:
                raise self._expressions.error(node, f"Cannot unnest type: {value.type}")
            parts = (
                [("time", TIMESTAMP), ("value", value.type.element)] if value.type.kind is Kind.TIMESERIES else [(None, value.type.element)]
            )
            for name, kind in parts:
                shown.append(f"e.u{position}" + (f'."{name}"' if name else ""))
                names.append(name)
                types.append(kind)
        inner = [f"unnest({value.sql}) AS u{position}" for position, value in enumerate(values)]
        offset = node.args.get("offset")
        if offset:
            longest = ", ".join(f"coalesce(len({value.sql}), 0)" for value in values)
            inner.append(f"unnest(range(1, greatest({longest}) + 1)) AS n")
            shown.append("e.n")
            names.append(None)
            types.append(BIGINT)
        sql = f"(SELECT {', '.join(shown)} FROM (SELECT {', '.join(inner)}) AS e)"  # noqa: S608 translated
        return self._named(sql, _with_offset_name(node), names, types)

    def _join(self, node: exp.Join, scope: Scope, visible: Mapping[str, Defined], *, after_comma: bool) -> tuple[str, Scope]:
        self._expressions.only(node, "this", "side", "kind", "on", "using")
        side, kind = str(node.args.get("side") or "").upper(), str(node.args.get("kind") or "").upper()
        if side not in {"", "LEFT", "RIGHT", "FULL"} or kind not in {"", "INNER", "CROSS", "OUTER"}:
            raise self._expressions.error(node, f"{side} {kind} JOIN is not available here")
        if after_comma and side in {"RIGHT", "FULL"}:
            raise self._expressions.error(node, f"{side} JOIN after a comma in FROM is not available; write CROSS JOIN")
        sql, relation = self._relation(node.this, scope, visible)
        lateral = "LATERAL " if isinstance(node.this, exp.Unnest) else ""
        wider = replace(scope, relations=(*scope.relations, relation))
        using, on = node.args.get("using"), node.args.get("on")
        if using:
            return self._using(node, sql, side, scope, relation)
        if on is None:
            if side or kind == "INNER":
                raise self._expressions.error(node, "this JOIN needs ON or USING")
            return f" CROSS JOIN {lateral}{sql}", wider
        if lateral and side not in {"", "LEFT"}:
            raise self._expressions.error(node, f"{side} JOIN UNNEST is not available here")
        condition = self._expressions.boolean(on, Place(wider, "JOIN clause"))
        return f" {side or 'INNER'} JOIN {lateral}{sql} ON {condition}", wider

    def _using(self, node: exp.Join, sql: str, side: str, scope: Scope, relation: Relation) -> tuple[str, Scope]:
        """JOIN … USING: each pair of columns becomes one, which goes before the others."""
        conditions: list[str] = []
        merged: list[Field] = []
        for one in node.args["using"]:
            name = one.name
            left, _ = replace(scope, outer=None).found(name, None, None)
            right = [field for field in relation.fields if (field.name or "").lower() == name.lower()]
            kind = common(left[0].type, right[0].type) if len(left) == len(right) == 1 else None
            if kind is None:
                raise self._expressions.error(
                    one, f"Column '{name[:80]}' must be there once on each side of the join, with types that compare"
                )
            pair = [converted(Value(field.sql, field.type), kind) for field in (left[0], right[0])]
            conditions.append(f"{pair[0]} = {pair[1]}")
            shown = {"": pair[0], "LEFT": pair[0], "RIGHT": pair[1], "FULL": f"coalesce({pair[0]}, {pair[1]})"}[side]
            merged.append(Field(left[0].name, kind, shown))
        kept = [one for one in scope.merged if (one.name or "").lower() not in {(each.name or "").lower() for each in merged}]
        wider = Scope((*scope.relations, relation), scope.outer, (*merged, *kept))
        return f" {side or 'INNER'} JOIN {sql} ON {' AND '.join(conditions)}", wider


def _with_offset_name(node: exp.Unnest) -> exp.Expr:
    """The grammar takes the last of `t(x, n)` away for WITH ORDINALITY; here it is a column like the others."""
    offset, alias = node.args.get("offset"), node.args.get("alias")
    if not isinstance(offset, exp.Identifier) or alias is None:
        return node
    whole = alias.copy()
    whole.set("columns", [*(alias.args.get("columns") or []), offset.copy()])
    return exp.Unnest(expressions=[], alias=whole)
