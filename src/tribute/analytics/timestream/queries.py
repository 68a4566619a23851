"""Translates queries: WITH, SELECT, GROUP BY, set operations, ORDER BY, LIMIT. What stands in FROM is `relations`'. Called by `translate`.

Invariant: a query's SQL has columns `c0`, `c1` … in the order of its select list; their names and types are told beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from tribute.analytics.timestream.calling import direction
from tribute.analytics.timestream.expressions import Expressions
from tribute.analytics.timestream.fragments import Value, converted
from tribute.analytics.timestream.relations import Defined, Relations
from tribute.analytics.timestream.scopes import Place, Scope
from tribute.analytics.timestream.types import Type, common

_MOST_LIMIT = (1 << 63) - 1
_OPERATIONS: Mapping[type[exp.Expr], str] = {exp.Union: "UNION", exp.Intersect: "INTERSECT", exp.Except: "EXCEPT"}


@dataclass(frozen=True, slots=True)
class Query:
    """A translated query with its columns' names (None: it has none) and types."""

    sql: str
    names: Sequence[str | None]
    types: Sequence[Type]


class Queries:
    """The translator of one statement's queries. `source` is the SQL of the one table, with its columns in order."""

    def __init__(self, text: str, source: str) -> None:
        self.expressions = Expressions(text, self._inside)
        self.relations = Relations(self.expressions, self.query, source)
        self._visible: list[Mapping[str, Defined]] = [{}]

    def query(self, node: exp.Expr, outer: Scope | None = None) -> Query:
        """A query of any form, inside or outside of others."""
        clause = node.args.get("with_")
        if clause is None:
            return self._bare(node, outer)
        self.expressions.only(clause, "expressions")
        defined, texts = dict(self._visible[-1]), []
        own: set[str] = set()
        for one in clause.expressions:
            if one.alias.lower() in own:
                raise self.expressions.error(one, f"WITH query name '{one.alias[:80]}' specified more than once")
            own.add(one.alias.lower())
            text, defined[one.alias.lower()] = self._defined(one, defined)
            texts.append(text)
        self._visible.append(defined)
        try:
            inner = self._bare(node, outer)
        finally:
            self._visible.pop()
        return replace(inner, sql=f"WITH {', '.join(texts)} {inner.sql}")

    @property
    def visible(self) -> Mapping[str, Defined]:
        """The queries of the WITH clauses around."""
        return self._visible[-1]

    def _defined(self, node: exp.CTE, before: Mapping[str, Defined]) -> tuple[str, Defined]:
        """One query of WITH, which sees those before it."""
        self.expressions.only(node, "this", "alias")
        self._visible.append(before)
        try:
            query = self.query(node.this)
        finally:
            self._visible.pop()
        names = self.relations.renamed(node.args["alias"], query.names, node)
        made = Defined(self.relations.number("w"), names, query.types)
        columns = ", ".join(f"c{place}" for place in range(len(names)))
        return f"{made.sql_name}({columns}) AS ({query.sql})", made

    def _inside(self, node: exp.Expr, place: Place) -> tuple[str, Sequence[Type]]:
        """A query within an expression, which sees the columns around it."""
        query = self.query(node, place.scope)
        return query.sql, query.types

    def _bare(self, node: exp.Expr, outer: Scope | None) -> Query:
        if isinstance(node, exp.Select):
            return self._select(node, outer)
        if isinstance(node, exp.SetOperation):
            return self._combined(node, outer)
        if isinstance(node, exp.Subquery):
            self.expressions.only(node, "this", "order", "limit", "with_")
            return self._ordered_outside(self.query(node.this, outer), node)
        if isinstance(node, exp.Values):
            self.expressions.only(node, "expressions", "order", "limit")
            return self._ordered_outside(Query(*self.relations.values(node, outer)), node)
        raise self.expressions.error(node, "only a SELECT can be run here")

    def _combined(self, node: exp.SetOperation, outer: Scope | None) -> Query:
        """UNION, INTERSECT, EXCEPT; INTERSECT goes before the others, which the grammar has seen to."""
        self.expressions.only(node, "this", "expression", "distinct", "order", "limit", "with_")
        for side in (node.this, node.expression):
            if isinstance(node, exp.Intersect) and isinstance(side, exp.Union | exp.Except):
                raise self.expressions.error(node, "put parentheses around what INTERSECT stands between")
        left, right = self.query(node.this, outer), self.query(node.expression, outer)
        if len(left.types) != len(right.types):
            raise self.expressions.error(
                node, f"{_OPERATIONS[type(node)]} query has different number of fields: {len(left.types)}, {len(right.types)}"
            )
        types: list[Type] = []
        for position, pair in enumerate(zip(left.types, right.types, strict=True)):
            kind = common(*pair)
            if kind is None or not (kind.is_scalar or node.args.get("distinct") is False):
                raise self.expressions.error(node, f"column {position + 1} has incompatible types: {pair[0]}, {pair[1]}")
            types.append(kind)
        operation = _OPERATIONS[type(node)] + ("" if node.args.get("distinct") else " ALL")
        sql = f"{_as(left, types)} {operation} {_as(right, types)}"
        return self._ordered_outside(Query(sql, left.names, types), node)

    def _ordered_outside(self, query: Query, node: exp.Expr) -> Query:
        """ORDER BY and LIMIT behind a query in parentheses or a set operation: they see its columns alone."""
        if node.args.get("order") is None and node.args.get("limit") is None:
            return query
        number = self.relations.number("r")
        columns = [f"c{position}" for position in range(len(query.types))]
        outputs = [
            Value(f"{number}.{column}", kind, name=name) for column, kind, name in zip(columns, query.types, query.names, strict=True)
        ]
        scope = Scope()
        shown = ", ".join(f"{number}.{column} AS {column}" for column in columns)
        sql = f"SELECT {shown} FROM ({query.sql}) AS {number}({', '.join(columns)})"  # noqa: S608 translated
        order = self._order(node, outputs, Place(scope, "ORDER BY"), distinct=False)
        return replace(query, sql=sql + order + self._limit(node))

    def _select(self, node: exp.Select, outer: Scope | None) -> Query:
        known = ("expressions", "from_", "joins", "where", "group", "having", "order", "limit", "distinct", "with_")
        self.expressions.only(node, *known)
        if not node.expressions:
            raise self.expressions.error(node, "SELECT needs a select list")
        from_sql, scope = self.relations.from_clause(node, outer, self.visible)
        plain = Place(scope, "WHERE clause")
        where = f" WHERE {self.expressions.boolean(node.args['where'].this, plain)}" if node.args.get("where") else ""
        group_sql, groups = self._groups(node, scope)
        place = Place(scope, "SELECT", aggregates=True, windows=True, groups=groups)
        items = self._items(node, place)
        having = node.args.get("having")
        having_sql = f" HAVING {self.expressions.boolean(having.this, replace(place, clause='HAVING', windows=False))}" if having else ""
        distinct = self._is_distinct(node, items)
        shown = ", ".join(f"{item.sql} AS c{position}" for position, item in enumerate(items))
        order = self._order(node, items, replace(place, clause="ORDER BY"), distinct=distinct)
        sql = f"SELECT {'DISTINCT ' if distinct else ''}{shown}{from_sql}{where}{group_sql}{having_sql}{order}{self._limit(node)}"
        return Query(sql, [item.name for item in items], [item.type for item in items])

    def _is_distinct(self, node: exp.Select, items: Sequence[Value]) -> bool:
        distinct = node.args.get("distinct")
        if distinct is None:
            return False
        self.expressions.only(distinct)
        if any(not item.type.is_scalar for item in items):
            raise self.expressions.error(node, "DISTINCT can only be applied to types that can be compared")
        return True

    def _items(self, node: exp.Select, place: Place) -> list[Value]:
        """The select list, with `*` spelled out."""
        items: list[Value] = []
        for one in node.expressions:
            if isinstance(one, exp.Star) or (isinstance(one, exp.Column) and isinstance(one.this, exp.Star)):
                items += self._all_columns(one, place)
            elif isinstance(one, exp.Alias):
                self.expressions.only(one, "this", "alias")
                items.append(replace(self.expressions.value(one.this, place), name=one.alias))
            else:
                value = self.expressions.value(one, place)
                bare = one.this if isinstance(one, exp.Paren) else one
                items.append(value if isinstance(bare, exp.Column) else replace(value, name=None))
        return items

    def _all_columns(self, node: exp.Expr, place: Place) -> list[Value]:
        """The columns of `*` or `t.*`."""
        self.expressions.only(node, "this", "table")
        fields = self.relations.all_fields(place.scope, node.table if isinstance(node, exp.Column) else None)
        if not fields:
            raise self.expressions.error(node, "SELECT * needs a FROM, and t.* a table of that name in it")
        if place.groups is not None and any(one.sql not in place.groups for one in fields):
            raise self.expressions.error(node, "a column of '*' must appear in GROUP BY clause")
        return [Value(one.sql, one.type, name=one.name) for one in fields]

    def _groups(self, node: exp.Select, scope: Scope) -> tuple[str, dict[str, Value] | None]:
        """GROUP BY, and its expressions by their SQL; None where rows are not grouped."""
        group = node.args.get("group")
        if group is None:
            parts = [*node.expressions, *([node.args["having"]] if node.args.get("having") else [])]
            parts += node.args["order"].expressions if node.args.get("order") else []
            grouped = node.args.get("having") is not None or any(self._aggregates(part) for part in parts)
            return "", {} if grouped else None
        self.expressions.only(group, "expressions")
        found: dict[str, Value] = {}
        texts = [self._group(one, node, Place(scope, "GROUP BY clause"), found) for one in group.expressions]
        return f" GROUP BY {', '.join(texts)}", found

    def _aggregates(self, node: exp.Expr) -> bool:
        """Whether an expression has an aggregate of its own, outside of windows: those count rows that are not grouped."""
        if isinstance(node, exp.Window):
            call = node.this.this if isinstance(node.this, exp.IgnoreNulls | exp.RespectNulls | exp.Filter) else node.this
            return any(self._aggregates(part) for part in call.iter_expressions()) or any(
                self._aggregates(part) for part in node.iter_expressions() if part is not node.this
            )
        if isinstance(node, exp.Query):
            return False
        own = isinstance(node, exp.Anonymous) and self.expressions.aggregating(exp.Anonymous(this=node.this))
        return own or any(self._aggregates(part) for part in node.iter_expressions())

    def _group(self, node: exp.Expr, select: exp.Select, place: Place, found: dict[str, Value]) -> str:
        if isinstance(node, exp.Rollup | exp.Cube | exp.GroupingSets):
            self.expressions.only(node, "expressions")
            word = {exp.Rollup: "ROLLUP", exp.Cube: "CUBE", exp.GroupingSets: "GROUPING SETS"}[type(node)]
            return f"{word} ({', '.join(self._group(one, select, place, found) for one in node.expressions)})"
        if isinstance(node, exp.Tuple) or (isinstance(node, exp.Paren) and isinstance(node.parent, exp.GroupingSets)):
            inner = node.expressions if isinstance(node, exp.Tuple) else [node.this]
            return f"({', '.join(self._group(one, select, place, found) for one in inner)})"
        if isinstance(node, exp.Literal) and not node.is_string and str(node.this).isdigit():
            node = self._by_ordinal(node, select)
        value = self.expressions.value(node, place)
        if not value.type.is_scalar:
            raise self.expressions.error(node, f"{value.type} is not comparable, and therefore cannot be used in GROUP BY")
        found[value.sql] = value
        return value.sql

    def _by_ordinal(self, node: exp.Literal, select: exp.Select) -> exp.Expr:
        place = int(str(node.this)[:10])
        if not 1 <= place <= len(select.expressions) or any(
            one.is_star and not isinstance(one, exp.Alias | exp.Anonymous) for one in select.expressions
        ):
            raise self.expressions.error(node, f"GROUP BY position {place} is not in select list")
        item: exp.Expr = select.expressions[place - 1]
        inner: exp.Expr = item.this if isinstance(item, exp.Alias) else item
        return inner

    def _order(self, node: exp.Expr, items: Sequence[Value], place: Place, *, distinct: bool) -> str:
        """ORDER BY by position, by a name of the select list, or by an expression."""
        order = node.args.get("order")
        if order is None:
            return ""
        self.expressions.only(order, "expressions")
        outputs: dict[str, Value] = {}
        twice = set()
        for item in items:
            name = (item.name or "").lower()
            if item.name is not None and outputs.setdefault(name, item).sql != item.sql:
                twice.add(name)
        keys = []
        for one in order.expressions:
            self.expressions.only(one, "this", "desc", "nulls_first")
            if isinstance(one.this, exp.Column) and one.this.name.lower() in twice:
                raise self.expressions.error(one, f"Column '{one.this.name[:80]}' is ambiguous")
            keys.append(self._key(one.this, items, replace(place, outputs=outputs), distinct=distinct) + direction(one))
        return f" ORDER BY {', '.join(keys)}"

    def _key(self, node: exp.Expr, items: Sequence[Value], place: Place, *, distinct: bool) -> str:
        if isinstance(node, exp.Literal) and not node.is_string and str(node.this).isdigit():
            position = int(str(node.this)[:10])
            if not 1 <= position <= len(items):
                raise self.expressions.error(node, f"ORDER BY position {position} is not in select list")
            value = items[position - 1]
        else:
            value = self.expressions.value(node, place)
        if not value.type.is_scalar:
            raise self.expressions.error(node, f"Type {value.type} is not orderable, and therefore cannot be used in ORDER BY")
        positions = [place for place, item in enumerate(items, 1) if item.sql == value.sql]
        if distinct and not positions:
            raise self.expressions.error(node, "For SELECT DISTINCT, ORDER BY expressions must appear in select list")
        return str(positions[0]) if positions else value.sql

    def _limit(self, node: exp.Expr) -> str:
        limit = node.args.get("limit")
        if limit is None:
            return ""
        self.expressions.only(limit, "expression")
        count = limit.expression
        if isinstance(count, exp.Column) and count.name.lower() == "all":
            return ""
        if not isinstance(count, exp.Literal) or count.is_string or not str(count.this).isdigit() or int(count.this) > _MOST_LIMIT:
            raise self.expressions.error(limit, "LIMIT is followed by a whole number or ALL")
        return f" LIMIT {int(count.this)}"


def _as(query: Query, types: Sequence[Type]) -> str:
    """A query as one side of a set operation."""
    shown = ", ".join(
        f"{converted(Value(f'q.c{place}', have), want)} AS c{place}"
        for place, (have, want) in enumerate(zip(query.types, types, strict=True))
    )
    columns = ", ".join(f"c{place}" for place in range(len(types)))
    return f"SELECT {shown} FROM ({query.sql}) AS q({columns})"  # noqa: S608 translated
