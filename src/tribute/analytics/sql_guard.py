"""Lets through one SELECT over the published tables with known functions, and nothing else. Pure; called by each engine's SQL console.

Invariant: the text that is returned is written anew from a tree whose every node is of a kind listed here. Function calls are
not translated but kept by name, so that the list of names holds for what the engine will read. Every refusal is a QueryRefusedError.
"""

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ErrorLevel, ParseError, SqlglotError, UnsupportedError
from sqlglot.parsers.duckdb import DuckDBParser

from tribute.analytics.port import QueryRefusedError
from tribute.analytics.sql_functions import FUNCTIONS, PUBLISHED_TABLES, TABLE_FUNCTIONS

MOST_CHARACTERS = 100_000
_DUCKDB = DuckDB()

_NULL_SKIPPING = (exp.FirstValue, exp.LastValue, exp.NthValue, exp.Lag, exp.Lead)
_QUERIES = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)
_KNOWN: frozenset[type[exp.Expr]] = frozenset(
    {
        # queries and their clauses
        *(exp.Select, exp.Subquery, exp.Union, exp.Except, exp.Intersect, exp.Values, exp.With, exp.CTE, exp.From, exp.Join),
        *(exp.Lateral, exp.Unnest, exp.Where, exp.Group, exp.Rollup, exp.Cube, exp.GroupingSets, exp.Having, exp.Qualify),
        *(exp.Order, exp.Ordered, exp.Limit, exp.Offset, exp.Distinct, exp.Table, exp.TableAlias, exp.Alias, exp.Aliases),
        *(exp.Window, exp.WindowSpec, exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls, exp.Fetch),
        # names and constants
        *(exp.Column, exp.Identifier, exp.Star, exp.Dot, exp.Literal, exp.RawString, exp.Boolean, exp.Null, exp.Var, exp.Interval),
        *(exp.IntervalSpan, exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentTime, exp.Localtime, exp.Localtimestamp),
        *(exp.DataType, exp.DataTypeParam),
        # operators
        *(exp.Paren, exp.Tuple, exp.And, exp.Or, exp.Not, exp.Xor, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is),
        *(exp.In, exp.Between, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Like, exp.ILike, exp.SimilarTo, exp.Escape, exp.Exists),
        *(exp.Any, exp.All, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Pow, exp.Neg, exp.DPipe),
        *(exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseNot, exp.BitwiseLeftShift, exp.BitwiseRightShift, exp.Case, exp.If),
        *(exp.Cast, exp.TryCast, exp.AtTimeZone, exp.Collate, exp.Array, exp.Bracket, exp.Slice, exp.Struct, exp.PropertyEQ),
        *(exp.Lambda, exp.Comprehension, exp.Extract, exp.Substring, exp.Trim, exp.StrPosition, exp.RegexpLike),
        *(exp.RegexpFullMatch, exp.ToMap),
        # window functions that take IGNORE NULLS, which the parser must know to keep it
        *_NULL_SKIPPING,
        # a call by name; the name is looked up
        exp.Anonymous,
    }
)


class _Parser(DuckDBParser):
    """DuckDB's grammar, with every call kept as it is written; only calls with words inside (`CAST(x AS y)`) are understood."""

    FUNCTIONS = {  # noqa: RUF012  the base declares it so
        name: function for name, function in DuckDBParser.FUNCTIONS.items() if name in {kind.sql_name() for kind in _NULL_SKIPPING}
    }
    FUNCTION_PARSERS = {  # noqa: RUF012  as above
        name: parser
        for name, parser in DuckDBParser.FUNCTION_PARSERS.items()
        if name in {"CAST", "TRY_CAST", "EXTRACT", "SUBSTRING", "TRIM", "POSITION"}
    }
    NO_PAREN_FUNCTION_PARSERS = {  # noqa: RUF012  as above
        name: parser for name, parser in DuckDBParser.NO_PAREN_FUNCTION_PARSERS.items() if name in {"ANY", "CASE", "IF", "MAP"}
    }

    def _warn_unsupported(self) -> None:
        """The base would log the text and take it as it is."""
        raise QueryRefusedError("only one statement, a SELECT, can be run here")


def guarded(statement: str) -> str:
    """The statement, checked and written anew in DuckDB's dialect. Raises QueryRefusedError with the reason and its place."""
    if len(statement) > MOST_CHARACTERS:
        raise QueryRefusedError(f"it is longer than {MOST_CHARACTERS} characters")
    if "\x00" in statement:
        raise QueryRefusedError("it has a NUL character in it")
    try:
        tree = _parsed(statement)
        for node in tree.walk():
            _check(node, statement)
        return _DUCKDB.generate(tree, comments=False, normalize_functions=False, unsupported_level=ErrorLevel.RAISE)
    except UnsupportedError as error:
        raise QueryRefusedError("it has something in it that is not available here") from error
    except RecursionError as error:
        raise QueryRefusedError("it is nested too deeply") from error


def _parsed(statement: str) -> exp.Expr:
    try:
        tokens = _DUCKDB.tokenize(statement)
        trees = _Parser(error_level=ErrorLevel.IMMEDIATE, dialect=_DUCKDB).parse(tokens, statement)
    except (QueryRefusedError, RecursionError):
        raise
    except ParseError as error:
        raise QueryRefusedError(_syntax(error)) from error
    except SqlglotError as error:
        raise QueryRefusedError("it cannot be read as SQL; look for a quote or comment that is not closed") from error
    except Exception as error:
        raise QueryRefusedError("it cannot be read as SQL") from error
    found = [tree for tree in trees if tree is not None and not isinstance(tree, exp.Semicolon)]
    if len(found) != 1 or not isinstance(found[0], _QUERIES):
        raise QueryRefusedError("only one statement, a SELECT, can be run here")
    return found[0]


def _syntax(error: ParseError) -> str:
    first = error.errors[0] if error.errors else {}
    if first.get("line") is None:
        return "it cannot be read as SQL"
    near = f" near '{str(first['highlight'])[:40]}'" if first.get("highlight") else ""
    return f"it cannot be read as SQL at line {first['line']}, column {first['col']}{near}"


def _check(node: exp.Expr, statement: str) -> None:
    if isinstance(node, exp.Table):
        _check_table(node, statement)
    elif isinstance(node, exp.Anonymous):
        _check_call(node, statement)
    elif isinstance(node, exp.With) and node.args.get("recursive"):
        raise QueryRefusedError("WITH RECURSIVE is not available here")
    elif type(node) not in _KNOWN:
        raise QueryRefusedError(f"{_words(node)} is not available here{_place(node, statement)}")


def _check_call(call: exp.Anonymous, statement: str) -> None:
    name = call.name.lower()
    allowed = TABLE_FUNCTIONS if isinstance(call.parent, exp.Table) else FUNCTIONS
    if name not in allowed:
        raise QueryRefusedError(f"the function {name[:80]} is not available here{_place(call, statement)}")


def _check_table(table: exp.Table, statement: str) -> None:
    if isinstance(table.this, exp.Anonymous) and not table.args.get("db"):
        return  # the call is checked on its own
    name = table.name.lower()
    plain = isinstance(table.this, exp.Identifier) and not table.args.get("db") and not table.args.get("catalog")
    if not plain or not (name in PUBLISHED_TABLES or name in _visible_names(table)):
        published = ", ".join(sorted(PUBLISHED_TABLES))
        raise QueryRefusedError(f"there is no table {table.sql(_DUCKDB)[:80]}{_place(table.this, statement)}; there are {published}")


def _visible_names(node: exp.Expr) -> Iterator[str]:
    """The names that the WITH clauses around a place define for it; a clause's own queries see only those before them."""
    below, around = node, node.parent
    inside: exp.Expr | None = None
    while around is not None:
        if isinstance(around, exp.With):
            inside = below
        clause = around.args.get("with_")
        if clause is not None:
            for query in clause.expressions:
                if clause is below and query is inside:
                    break
                yield query.alias.lower()
        below, around = around, around.parent


def _words(node: exp.Expr) -> str:
    if isinstance(node, exp.Command | exp.Func):
        return str(node.sql_names()[0] if isinstance(node, exp.Func) else node.this).upper()
    return type(node).key.upper()


def _place(node: exp.Expr, statement: str) -> str:
    start = node.meta.get("start")
    if start is None:
        return ""
    line_start = statement.rfind("\n", 0, start) + 1
    return f" (line {statement.count(chr(10), 0, start) + 1}, column {start - line_start + 1})"
