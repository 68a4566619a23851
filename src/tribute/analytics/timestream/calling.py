"""Translates calls: of plain functions, of those with lambdas, of aggregates with FILTER, of windows with OVER. A part of `expressions`.

Invariant: a name that is not on the list in `functions` is refused.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from tribute.analytics.timestream import calls, functions, lambdas, operators
from tribute.analytics.timestream.calls import Function
from tribute.analytics.timestream.errors import TimestreamQueryError
from tribute.analytics.timestream.fragments import Value
from tribute.analytics.timestream.functions_aggregate import NULL_SKIPPING
from tribute.analytics.timestream.scopes import Place
from tribute.analytics.timestream.types import BIGINT, UNKNOWN, VARCHAR, Type

_MAY_BE_DISTINCT = frozenset({"count", "sum", "avg", "min", "max", "array_agg", "arbitrary"})
_MOST_ARRAYS = 16
_EDGES = {"UNBOUNDED": "UNBOUNDED", "CURRENT ROW": "CURRENT ROW"}


class Calling(ABC):
    """What `Expressions` does with calls."""

    def __init__(self) -> None:
        self._arrays: set[int] = set()
        """Which calls make an array for each row; a call may be translated more than once."""

    @abstractmethod
    def value(self, node: exp.Expr, place: Place) -> Value: ...

    @abstractmethod
    def boolean(self, node: exp.Expr, place: Place) -> str: ...

    @abstractmethod
    def error(self, node: exp.Expr | None, problem: str) -> TimestreamQueryError: ...

    @abstractmethod
    def only(self, node: exp.Expr, *known: str) -> None: ...

    def aggregating(self, node: exp.Expr) -> bool:
        """Whether an expression has an aggregate or a window function in it, those of queries inside left out."""
        if isinstance(node, exp.Query):
            return False
        if isinstance(node, exp.Anonymous) and (node.name.lower() in functions.AGGREGATE or node.name.lower() == "grouping"):
            return True
        return isinstance(node, exp.Window) or any(self.aggregating(part) for part in node.iter_expressions())

    def call(self, node: exp.Expr, place: Place) -> Value:
        """A call with what stands behind it."""
        over = node if isinstance(node, exp.Window) else None
        inner = node.this if over is not None else node
        skipping = isinstance(inner, exp.IgnoreNulls)
        if isinstance(inner, exp.IgnoreNulls | exp.RespectNulls):
            inner = inner.this
        filtered = inner if isinstance(inner, exp.Filter) else None
        called = inner.this if filtered is not None else inner
        if not isinstance(called, exp.Anonymous):
            raise self.error(node, "OVER and FILTER stand behind a function")
        self.only(called, "this", "expressions")
        name = called.name.lower()
        if name in functions.AGGREGATE and not skipping:
            return self._aggregate(functions.AGGREGATE[name], called, filtered, over, place)
        if name in functions.WINDOW and over is not None and filtered is None:
            return self._window(functions.WINDOW[name], called, over, place, skipping=skipping)
        if over is not None or filtered is not None:
            raise self.error(called, f"'{name[:80]}' is no aggregate or window function, or not with IGNORE NULLS or FILTER")
        return self._plain(name, called, place)

    def _plain(self, name: str, node: exp.Anonymous, place: Place) -> Value:
        if name in functions.WINDOW:
            raise self.error(node, f"the window function {name} needs OVER")
        if name in functions.LAMBDA:
            return self._with_lambda(name, node, place)
        if name == "grouping":
            return self._grouping(node, place)
        values = [self.value(one, place) for one in node.expressions]
        if name == "concat" and values:
            return self._concatenated(node, values)
        function = functions.SCALARS.get(name)
        if function is None:
            raise self.error(node, f"Function '{name[:80]}' not registered")
        return self._counted(node, calls.apply(function, values, self._refusal(node)))

    def _counted(self, node: exp.Expr, value: Value) -> Value:
        """Refuse a statement that makes arrays in too many places: the engine holds them all at once."""
        if not (value.type.is_scalar or value.is_fixed):
            self._arrays.add(id(node))
        if len(self._arrays) > _MOST_ARRAYS:
            raise self.error(node, f"a query that makes arrays in more than {_MOST_ARRAYS} places is not available here")
        return value

    def _refusal(self, node: exp.Anonymous):  # type: ignore[no-untyped-def]  # a closure over `error`
        def refuse(place: int | None, problem: str) -> TimestreamQueryError:
            return self.error(node if place is None else node.expressions[place], problem)

        return refuse

    def _concatenated(self, node: exp.Anonymous, values: Sequence[Value]) -> Value:
        whole = values[0]
        for value in values[1:]:
            joined = operators.joined(whole, value)
            if joined is None:
                raise self.error(node, f"Unexpected parameters ({whole.type}, {value.type}) for function concat")
            whole = joined
        if whole.type not in {VARCHAR, UNKNOWN} and whole.type.is_scalar:
            raise self.error(node, f"Unexpected parameters ({whole.type}) for function concat")
        return whole

    def _grouping(self, node: exp.Anonymous, place: Place) -> Value:
        if not place.groups or not node.expressions:
            raise self.error(node, "grouping stands in a query with GROUP BY, over its columns")
        parts = [self.value(one, place.plain()).sql for one in node.expressions]
        if any(part not in place.groups for part in parts):
            raise self.error(node, "the arguments of grouping must be columns of GROUP BY")
        return Value(f"CAST(grouping({', '.join(parts)}) AS BIGINT)", BIGINT)

    def _with_lambda(self, name: str, node: exp.Anonymous, place: Place) -> Value:
        arguments = node.expressions
        wanted = 4 if name == "reduce" else 2
        if len(arguments) != wanted or not all(isinstance(one, exp.Lambda) for one in arguments[2 if wanted == 4 else 1 :]):
            takes = "an array, a start and two lambdas" if name == "reduce" else "an array and a lambda"
            raise self.error(node, f"Unexpected parameters for function {name}; it takes {takes}")
        array = self.value(arguments[0], place)
        if name == "reduce":
            made = lambdas.reduce(
                array, self.value(arguments[1], place), self._body(arguments[2], 2, place), self._body(arguments[3], 1, place)
            )
        elif name == "transform":
            made = lambdas.transform(array, self._body(arguments[1], 1, place))
        else:
            made = lambdas.matching(name, array, self._body(arguments[1], 1, place))
        if made is None:
            raise self.error(node, f"Unexpected parameters for function {name}, or types that it is not available for here")
        return self._counted(node, made)

    def _body(self, node: exp.Lambda, parameters: int, place: Place) -> lambdas.Body:
        self.only(node, "this", "expressions")
        if len(node.expressions) != parameters:
            raise self.error(node, f"this lambda needs {parameters} parameters")

        def translated(types: Sequence[Type]) -> tuple[Sequence[str], Value]:
            names = [f"l{len(place.variables) + position}" for position in range(parameters)]
            bound = {one.name.lower(): Value(name, kind) for one, name, kind in zip(node.expressions, names, types, strict=True)}
            inside = replace(place, aggregates=False, windows=False, variables={**place.variables, **bound}, clause="a lambda")
            return names, self.value(node.this, inside)

        return translated

    def _aggregate(
        self, function: Function, node: exp.Anonymous, filtered: exp.Filter | None, over: exp.Window | None, place: Place
    ) -> Value:
        if not (place.aggregates if over is None else place.windows):
            raise self.error(node, f"{place.clause} cannot contain aggregations, window functions or grouping operations: {function.name}")
        inside = place.plain(function.name) if over is None else replace(place, windows=False, clause=function.name)
        arguments, distinct, order = self._arguments(function, node)
        values = [self.value(one, inside) for one in arguments]
        made = calls.apply(
            function, values, lambda position, problem: self.error(node if position is None else arguments[position], problem)
        )
        sql = made.sql.replace("(", "(DISTINCT ", 1) if distinct else made.sql
        if order is not None:
            sql = f"{sql[:-1]} ORDER BY {', '.join(self.ordered(one, inside) for one in order.expressions)})"
        if filtered is not None:
            self.only(filtered, "this", "expression")
            sql += f" FILTER (WHERE {self.boolean(filtered.expression.this, replace(inside, clause='FILTER'))})"
        if over is not None:
            sql += self._over(over, place)
        return Value(function.wrap(sql, made.type), made.type)

    def _arguments(self, function: Function, node: exp.Anonymous) -> tuple[list[exp.Expr], bool, exp.Order | None]:
        """The arguments without DISTINCT and ORDER BY, and whether and which there were."""
        arguments = list(node.expressions)
        if function.name == "count" and len(arguments) == 1 and isinstance(arguments[0], exp.Star):
            self.only(arguments[0])
            return [], False, None
        distinct, order = False, None
        if len(arguments) == 1 and isinstance(arguments[0], exp.Distinct):
            self.only(arguments[0], "expressions")
            arguments, distinct = list(arguments[0].expressions), True
        if len(arguments) == 1 and isinstance(arguments[0], exp.Order):
            order = arguments[0]
            arguments = [order.this]
        if distinct and (function.name not in _MAY_BE_DISTINCT or len(arguments) != 1 or order is not None):
            raise self.error(node, f"DISTINCT is not available in this call of {function.name}")
        if order is not None and function.name != "array_agg":
            raise self.error(node, f"ORDER BY is not available in {function.name}")
        return arguments, distinct, order

    def _window(self, function: Function, node: exp.Anonymous, over: exp.Window, place: Place, *, skipping: bool) -> Value:
        if not place.windows:
            raise self.error(node, f"{place.clause} cannot contain aggregations, window functions or grouping operations: {function.name}")
        if skipping and function.name not in NULL_SKIPPING:
            raise self.error(node, f"IGNORE NULLS is not available with {function.name}")
        if any(isinstance(one, exp.Distinct | exp.Order | exp.Star) for one in node.expressions):
            raise self.error(node, f"DISTINCT and ORDER BY are not available in {function.name}")
        inside = replace(place, windows=False, clause=function.name)
        made = calls.apply(function, [self.value(one, inside) for one in node.expressions], self._refusal(node))
        return Value(f"{made.sql}{' IGNORE NULLS' if skipping else ''}){self._over(over, place)}", made.type)

    def _over(self, node: exp.Window, place: Place) -> str:
        """`OVER (PARTITION BY … ORDER BY … frame)`."""
        self.only(node, "this", "partition_by", "order", "spec", "over")
        inside = replace(place, windows=False, clause="OVER")
        parts = []
        if node.args.get("partition_by"):
            keys = [self.value(one, inside) for one in node.args["partition_by"]]
            if any(not key.type.is_scalar for key in keys):
                raise self.error(node, "an array cannot be partitioned by")
            parts.append("PARTITION BY " + ", ".join(key.sql for key in keys))
        if node.args.get("order") is not None:
            parts.append("ORDER BY " + ", ".join(self.ordered(one, inside) for one in node.args["order"].expressions))
        if node.args.get("spec") is not None:
            parts.append(self._frame(node.args["spec"], node))
        return f" OVER ({' '.join(parts)})"

    def _frame(self, spec: exp.WindowSpec, node: exp.Window) -> str:
        """ROWS with whole distances, or RANGE without any."""
        self.only(spec, "kind", "start", "start_side", "end", "end_side")
        kind = str(spec.args["kind"]).upper()
        edges = [self._edge(spec, side, kind, node) for side in ("start", "end")]
        return f"{kind} BETWEEN {edges[0]} AND {edges[1]}"

    def _edge(self, spec: exp.WindowSpec, side: str, kind: str, node: exp.Window) -> str:
        edge, direction = spec.args.get(side) or "CURRENT ROW", str(spec.args.get(f"{side}_side") or "").upper()
        if isinstance(edge, str) and edge.upper() in _EDGES and kind in {"ROWS", "RANGE"}:
            return f"{edge.upper()} {direction}".strip()
        if kind == "ROWS" and isinstance(edge, exp.Literal) and not edge.is_string and str(edge.this).isdigit():
            return f"{edge.this} {direction}"
        raise self.error(node, "a frame has ROWS with whole numbers, or RANGE with UNBOUNDED and CURRENT ROW")

    def ordered(self, node: exp.Expr, place: Place) -> str:
        """A sort key; NULLs come last unless it says otherwise, in either direction."""
        self.only(node, "this", "desc", "nulls_first")
        key = self.value(node.this, place)
        if not key.type.is_scalar:
            raise self.error(node, f"Type {key.type} is not orderable")
        return key.sql + direction(node)


def direction(node: exp.Expr) -> str:
    """What stands behind a sort key."""
    return f" {'DESC' if node.args.get('desc') else 'ASC'} NULLS {'FIRST' if node.args.get('nulls_first') else 'LAST'}"
