"""Translates an expression: finds each name, gives each part its type, and writes the engine's SQL for exactly that. Called by `queries`.

Invariant: a part of the tree that is not known here, or that carries anything that is not looked at, is refused with its place.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

from sqlglot import exp

from tribute.analytics.timestream import casts, literals, operators
from tribute.analytics.timestream.calling import Calling
from tribute.analytics.timestream.errors import TimestreamQueryError, at
from tribute.analytics.timestream.fragments import MOST_WRITTEN, Value, converted, once, quoted
from tribute.analytics.timestream.functions_array import subscript
from tribute.analytics.timestream.functions_time import CLOCK_FIELDS, FIELDS, NOW
from tribute.analytics.timestream.reading import Duration
from tribute.analytics.timestream.scopes import Place
from tribute.analytics.timestream.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL,
    TIME,
    TIMESTAMP,
    UNKNOWN,
    VARCHAR,
    Kind,
    Type,
    array_of,
)

Reader: TypeAlias = "Callable[[Expressions, Any, Place], Value]"
Query: TypeAlias = Callable[[exp.Expr, Place], tuple[str, Sequence[Type]]]
"""Translates a query inside an expression: its SQL and the types of its columns."""

_TYPES = {
    "boolean": BOOLEAN,
    "int": INTEGER,
    "integer": INTEGER,
    "bigint": BIGINT,
    "double": DOUBLE,
    "varchar": VARCHAR,
    "date": DATE,
    "time": TIME,
    "timestamp": TIMESTAMP,
}
_MOST_DEPTH = 200


def _words(node: exp.Expr) -> str:
    if isinstance(node, exp.AtTimeZone):
        return "AT TIME ZONE"
    return str(node.sql_names()[0] if isinstance(node, exp.Func) else type(node).key).upper()


_ARITHMETIC: Mapping[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%"}
_SIGNS: Mapping[type[exp.Expr], str] = {
    **_ARITHMETIC,
    exp.DPipe: "||",
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.NullSafeEQ: "IS NOT DISTINCT FROM",
    exp.NullSafeNEQ: "IS DISTINCT FROM",
}


class Expressions(Calling):
    """The translator of one statement's expressions."""

    def __init__(self, text: str, query: Query) -> None:
        super().__init__()
        self._text = text
        self._query = query
        self._depth = 0

    def error(self, node: exp.Expr | None, problem: str) -> TimestreamQueryError:
        """The error for the place where a part of the tree begins."""
        starts = [part.meta["start"] for part in node.walk() if "start" in part.meta] if node is not None else []
        return at(self._text, min(starts), problem) if starts else TimestreamQueryError(problem, 1, 1)

    def only(self, node: exp.Expr, *known: str) -> None:
        """Refuse a part that carries more than what is looked at."""
        for name, value in node.args.items():
            if value not in (None, False, [], {}) and name not in known:
                raise self.error(node, f"{name.strip('_').replace('_', ' ').upper()} is not available here")

    def value(self, node: exp.Expr, place: Place) -> Value:
        """The translation of an expression. Raises TimestreamQueryError."""
        reader = self.readers.get(type(node))
        if reader is None:
            raise self.error(node, f"{_words(node)} is not available here")
        if self._depth > _MOST_DEPTH:
            raise self.error(node, "the query is nested too deeply")
        self._depth += 1
        try:
            grouped = self._grouped(node, place)
            made = grouped if grouped is not None else reader(self, node, place)
            if len(made.sql) > MOST_WRITTEN:
                raise self.error(node, "the query is too long or too deeply nested")
            return made
        finally:
            self._depth -= 1

    def boolean(self, node: exp.Expr, place: Place) -> str:
        """The SQL of a condition."""
        value = self.value(node, place)
        if value.type not in {BOOLEAN, UNKNOWN}:
            raise self.error(node, f"{place.clause} must evaluate to a boolean: actual type {value.type}")
        return converted(value, BOOLEAN)

    def _grouped(self, node: exp.Expr, place: Place) -> Value | None:
        """Among grouped rows, an expression that GROUP BY names as a whole."""
        if place.groups is None or not place.groups or self.aggregating(node):
            return None
        try:
            whole = self.value(node, place.plain())
        except TimestreamQueryError:
            return None  # said with the right place when its parts are looked at
        return place.groups.get(whole.sql)

    def column(self, node: exp.Column, place: Place) -> Value:
        """A column by its name, or a lambda's parameter, or among ORDER BY a name of the select list."""
        self.only(node, "this", "table", "db")
        name, table, schema = node.name, node.table or None, node.args["db"].name if node.args.get("db") else None
        if isinstance(node.this, exp.Star):
            raise self.error(node, "'*' stands only in SELECT and count(*)")
        if table is None and name.lower() in place.variables:
            return place.variables[name.lower()]
        if table is None and name.lower() in place.outputs:
            return place.outputs[name.lower()]
        fields, own = place.scope.found(name, table, schema)
        if not fields:
            raise self.error(node, f"Column '{'.'.join(part for part in (table, name) if part)[:80]}' does not exist")
        if len(fields) > 1:
            raise self.error(node, f"Column '{name[:80]}' is ambiguous")
        if own and place.groups is not None:
            raise self.error(node, f"'{name[:80]}' must be an aggregate expression or appear in GROUP BY clause")
        return Value(fields[0].sql, fields[0].type, name=fields[0].name)

    def _variable(self, node: exp.Identifier, place: Place) -> Value:
        found = place.variables.get(node.name.lower())
        if found is None:
            raise self.error(node, f"Column '{node.name[:80]}' does not exist")
        return found

    def _literal(self, node: exp.Literal, _: Place) -> Value:
        self.only(node, "this", "is_string")
        if node.is_string:
            return Value(quoted(str(node.this)), VARCHAR, str(node.this), is_fixed=True)
        made = literals.number(str(node.this))
        if made is None:
            raise self.error(node, f"Invalid numeric literal: {str(node.this)[:40]}")
        return made

    def _boolean_literal(self, node: exp.Boolean, _: Place) -> Value:
        return Value("true" if node.this else "false", BOOLEAN, bool(node.this))

    def _null(self, _: exp.Null, __: Place) -> Value:
        return Value("CAST(NULL AS VARCHAR)", UNKNOWN, is_null=True)

    def _duration(self, node: Duration, _: Place) -> Value:
        return Value(f"CAST({int(node.this)} AS BIGINT)", INTERVAL, is_fixed=True)

    def _interval(self, node: exp.Interval, _: Place) -> Value:
        """`INTERVAL '3' MONTH`; one of days and shorter is the same as `3d`."""
        self.only(node, "this", "unit")
        unit = node.args["unit"].name.upper() if isinstance(node.args.get("unit"), exp.Var) else ""
        written = node.this.name if isinstance(node.this, exp.Literal) and node.this.is_string else ""
        made = literals.interval(written, unit)
        if made is None:
            raise self.error(node, "an interval is written as INTERVAL '3' DAY, with one whole number and one unit from SECOND to YEAR")
        return made

    def _now(self, node: exp.Expr, _: Place) -> Value:
        self.only(node)
        if isinstance(node, exp.CurrentDate):
            return Value(f"CAST({NOW} AS DATE)", DATE, is_fixed=True)
        return Value(f"CAST({NOW} AS TIME)", TIME) if isinstance(node, exp.CurrentTime) else Value(NOW, TIMESTAMP, is_fixed=True)

    def _paren(self, node: exp.Paren, place: Place) -> Value:
        self.only(node, "this")
        return self.value(node.this, place)

    def _binary(self, node: exp.Binary, place: Place) -> Value:
        self.only(node, "this", "expression", "typed", "safe")
        left, right = self.value(node.this, place), self.value(node.expression, place)
        sign = _SIGNS[type(node)]
        if sign == "||":
            made = operators.joined(left, right)
        elif type(node) in _ARITHMETIC:
            made = operators.arithmetic(sign, left, right)
        else:
            made = operators.compared(sign, left, right)
        if made is None:
            raise self.error(node, f"Cannot apply operator: {left.type} {sign} {right.type}")
        return made

    def _negative(self, node: exp.Neg, place: Place) -> Value:
        self.only(node, "this")
        inner = self.value(node.this, place)
        made = operators.negative(inner)
        if made is None:
            raise self.error(node, f"Cannot negate {inner.type}")
        return made

    def _connected(self, node: exp.Connector, place: Place) -> Value:
        self.only(node, "this", "expression")
        word = "AND" if isinstance(node, exp.And) else "OR"
        inner = Place(
            place.scope, f"Logical expression term of {word}", place.aggregates, place.windows, place.groups, place.variables, place.outputs
        )
        return Value(f"({self.boolean(node.this, inner)} {word} {self.boolean(node.expression, inner)})", BOOLEAN)

    def _not(self, node: exp.Not, place: Place) -> Value:
        self.only(node, "this")
        return Value(f"(NOT {self.boolean(node.this, place)})", BOOLEAN)

    def _is(self, node: exp.Is, place: Place) -> Value:
        """IS [NOT] NULL alone."""
        self.only(node, "this", "expression")
        if not isinstance(node.expression, exp.Null):
            raise self.error(node, "IS is followed by NULL or NOT NULL here")
        return Value(f"({self.value(node.this, place).sql} IS NULL)", BOOLEAN)

    def _between(self, node: exp.Between, place: Place) -> Value:
        self.only(node, "this", "low", "high")
        value, low, high = (self.value(node.args[part], place) for part in ("this", "low", "high"))
        kind = operators.element_type([value, low, high])
        if kind is None or not kind.is_scalar:
            raise self.error(node, f"Cannot check if {value.type} is BETWEEN {low.type} and {high.type}")
        parts = {"x": converted(value, kind), "l": converted(low, kind), "h": converted(high, kind)}
        if isinstance(node.this, exp.Column):
            return Value(f"({parts['x']} BETWEEN {parts['l']} AND {parts['h']})", BOOLEAN)
        return Value(once(parts, "v.x BETWEEN v.l AND v.h"), BOOLEAN)  # the engine writes the value twice: nested, without end

    def _in(self, node: exp.In, place: Place) -> Value:
        """Among values, or among the rows of a query with one column."""
        self.only(node, "this", "expressions", "query")
        value = self.value(node.this, place)
        if node.args.get("query") is not None:
            sql, types = self._query(node.args["query"], place)
            kind = operators.comparable(value.type, types[0]) if len(types) == 1 else None
            if kind is None:
                raise self.error(node, "the query of IN must have one column of a type that can be compared")
            return Value(f"({converted(value, kind)} IN (SELECT CAST(q.c0 AS {kind.in_duckdb}) FROM ({sql}) AS q(c0)))", BOOLEAN)  # noqa: S608 translated
        others = [self.value(one, place) for one in node.expressions]
        kind = operators.element_type([value, *others])
        if kind is None or not kind.is_scalar or not others:
            raise self.error(node, "the values of IN must have one type")
        return Value(f"({converted(value, kind)} IN ({', '.join(converted(one, kind) for one in others)}))", BOOLEAN)

    def _like(self, node: exp.Expr, place: Place) -> Value:
        """LIKE, with or without ESCAPE; an escape character stands before `%`, `_` or itself."""
        like = node.this if isinstance(node, exp.Escape) else node
        for part in (node, like):
            self.only(part, "this", "expression", "negate")
        if not isinstance(like, exp.Like):
            raise self.error(node, "ESCAPE stands behind LIKE")
        value, pattern = self.value(like.this, place), self.value(like.expression, place)
        if value.type not in {VARCHAR, UNKNOWN} or pattern.type not in {VARCHAR, UNKNOWN}:
            raise self.error(node, f"Left and right side of LIKE must be varchar: actual types {value.type}, {pattern.type}")
        sql = f"{converted(value, VARCHAR)} LIKE {converted(pattern, VARCHAR)}"
        if isinstance(node, exp.Escape):
            sql += f" ESCAPE {quoted(self._escape(node, pattern, place))}"
        return Value(f"(NOT ({sql}))" if like.args.get("negate") else f"({sql})", BOOLEAN)

    def _escape(self, node: exp.Escape, pattern: Value, place: Place) -> str:
        sign, text = self.value(node.expression, place).constant, pattern.constant
        if not isinstance(sign, str) or len(sign) != 1 or not isinstance(text, str):
            raise self.error(node.expression, "with ESCAPE, the pattern and the one escape character are written as literals")
        rest = text
        while sign in rest:
            rest = rest[rest.index(sign) + 1 :]
            if not rest or rest[0] not in {"%", "_", sign}:
                raise self.error(node, "Escape character must be followed by '%', '_' or the escape character itself")
            rest = rest[1:]
        return sign

    def _case(self, node: exp.Case, place: Place) -> Value:
        self.only(node, "this", "ifs", "default")
        subject = self.value(node.this, place) if node.this is not None else None
        whens: list[str] = []
        for one in node.args["ifs"]:
            self.only(one, "this", "true")
            if subject is None:
                whens.append(self.boolean(one.this, place))
                continue
            when = operators.compared("=", subject, self.value(one.this, place))
            if when is None:
                raise self.error(one, "CASE operand type does not match WHEN clause operand type")
            whens.append(when.sql)
        default = node.args.get("default")
        results = [self.value(one.args["true"], place) for one in node.args["ifs"]]
        results.append(self.value(default, place) if default is not None else self._null(exp.Null(), place))
        kind = operators.element_type(results)
        if kind is None:
            raise self.error(node, "All CASE results must be the same type")
        pairs = zip(whens, results[:-1], strict=True)
        branches = " ".join(f"WHEN {when} THEN {converted(result, kind)}" for when, result in pairs)
        return Value(f"(CASE {branches} ELSE {converted(results[-1], kind)} END)", kind)

    def _cast(self, node: exp.Cast, place: Place) -> Value:
        """CAST and TRY_CAST, and the typed literals `DATE '…'`, `TIMESTAMP '…'`, `TIME '…'`."""
        self.only(node, "this", "to", "safe")
        value, want = self.value(node.this, place), self._type(node.args["to"])
        trying = isinstance(node, exp.TryCast)
        if isinstance(value.constant, str) and casts.is_read(want) and not trying:
            literal = casts.of_literal(value.constant, want)
            if literal is None:
                raise self.error(node, f"a text cannot be cast to {want}, or is written in a way that is not available here")
            return Value(literal, want, is_fixed=True)
        made = casts.cast(value.sql, value.type, want, trying=trying)
        if made is None:
            raise self.error(
                node,
                f"Cannot cast {value.type} to {want}"
                + (" here; format it with round or cast it to bigint" if value.type == DOUBLE else ""),
            )
        constant = value.constant if value.type == want else None
        return Value(made, want, constant, is_fixed=value.is_fixed, is_null=value.is_null)

    def _type(self, node: exp.DataType) -> Type:
        name = str(node.this.value if isinstance(node.this, exp.DType) else node.this).lower()
        if name == "array" and len(node.expressions) == 1:
            return array_of(self._type(node.expressions[0]))
        if node.expressions or name not in _TYPES:
            raise self.error(node, f"the type {name[:40]} is not available here")
        return _TYPES[name]

    def _extract(self, node: exp.Extract, place: Place) -> Value:
        self.only(node, "this", "expression")
        name = node.this.name.lower()
        value = self.value(node.expression, place)
        fits = value.type in {TIMESTAMP, TIME if name in CLOCK_FIELDS else DATE}
        if name not in FIELDS or name == "nanosecond" or not fits:
            raise self.error(node, f"Cannot extract {name[:40]} from {value.type}")
        return Value(FIELDS[name].format(value.sql), BIGINT)

    def _array(self, node: exp.Array, place: Place) -> Value:
        self.only(node, "expressions", "value_constructor", "bracket_notation")
        made = operators.array([self.value(one, place) for one in node.expressions])
        if made is None:
            raise self.error(node, "All ARRAY elements must be the same type")
        return made

    def _subscript(self, node: exp.Bracket, place: Place) -> Value:
        self.only(node, "this", "expressions", "offset", "safe")
        value = self.value(node.this, place)
        if value.type.kind is not Kind.ARRAY or value.type.element is None or len(node.expressions) != 1:
            raise self.error(node, f"Cannot use a subscript on {value.type}")
        index = self.value(node.expressions[0], place)
        if not index.type.is_whole:
            raise self.error(node, f"Cannot use {index.type} for subscript")
        return Value(subscript(value.sql, index.sql), value.type.element)

    def _one_row(self, node: exp.Subquery, place: Place) -> Value:
        """A query as a value."""
        sql, types = self._query(node, place)
        if len(types) != 1:
            raise self.error(node, f"Multiple columns returned by subquery are not available here: {len(types)}")
        return Value(f"({sql})", types[0])

    def _exists(self, node: exp.Exists, place: Place) -> Value:
        self.only(node, "this")
        return Value(f"EXISTS ({self._query(node.this, place)[0]})", BOOLEAN)

    readers: ClassVar[Mapping[type[exp.Expr], Reader]] = {
        **dict.fromkeys(_SIGNS, _binary),
        **dict.fromkeys((exp.CurrentDate, exp.CurrentTime, exp.CurrentTimestamp), _now),
        **dict.fromkeys((exp.And, exp.Or), _connected),
        **dict.fromkeys((exp.Like, exp.Escape), _like),
        **dict.fromkeys((exp.Cast, exp.TryCast), _cast),
        **dict.fromkeys((exp.Anonymous, exp.Filter, exp.Window), Calling.call),
        exp.Column: column,
        exp.Identifier: _variable,
        exp.Literal: _literal,
        exp.Boolean: _boolean_literal,
        exp.Null: _null,
        Duration: _duration,
        exp.Interval: _interval,
        exp.Paren: _paren,
        exp.Neg: _negative,
        exp.Not: _not,
        exp.Is: _is,
        exp.Between: _between,
        exp.In: _in,
        exp.Case: _case,
        exp.Extract: _extract,
        exp.Array: _array,
        exp.Bracket: _subscript,
        exp.Subquery: _one_row,
        exp.Exists: _exists,
    }
