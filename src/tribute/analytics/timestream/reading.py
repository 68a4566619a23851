"""Reads Timestream's SQL into a tree: our tokens, sqlglot's grammar, and nothing of that grammar that Timestream does not have.

Invariant: only words that Timestream reserves act as keywords, every call is kept by the name that was written, and each name or
constant knows its place. Called by `translate`.
"""

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel, ParseError, SqlglotError
from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token as GrammarToken
from sqlglot.tokenizer_core import TokenType

from tribute.analytics.timestream.errors import TimestreamQueryError, at
from tribute.analytics.timestream.tokens import Kind, Token, tokens

MOST_CHARACTERS = 262_144
"""Source: Timestream's quota for a query's text."""
MOST_TOKENS = 20_000
"""Reading so many takes about a second of a processor that has other things to do."""

MOST_ARRAYS = 10
"""The grammar tries each in two ways: where they are nested, the time for all doubles with every one."""

_SYMBOLS = {
    "<>": TokenType.NEQ,
    "!=": TokenType.NEQ,
    "<=": TokenType.LTE,
    ">=": TokenType.GTE,
    "||": TokenType.DPIPE,
    "->": TokenType.ARROW,
    "-": TokenType.DASH,
    "+": TokenType.PLUS,
    "*": TokenType.STAR,
    "/": TokenType.SLASH,
    "%": TokenType.MOD,
    "<": TokenType.LT,
    ">": TokenType.GT,
    "=": TokenType.EQ,
    "(": TokenType.L_PAREN,
    ")": TokenType.R_PAREN,
    ",": TokenType.COMMA,
    ".": TokenType.DOT,
    "[": TokenType.L_BRACKET,
    "]": TokenType.R_BRACKET,
    ";": TokenType.SEMICOLON,
}
_WORDS = """
SELECT FROM WHERE HAVING LIMIT UNION ALL DISTINCT EXCEPT INTERSECT ON USING JOIN INNER LEFT RIGHT FULL OUTER CROSS AND OR NOT IN
BETWEEN LIKE ESCAPE IS NULL TRUE FALSE CASE WHEN THEN ELSE END EXISTS WITH VALUES UNNEST OVER ROWS RANGE ASC DESC INTERVAL ROLLUP
CUBE ORDINALITY ARRAY
"""
_KEYWORDS = {word.lower(): TokenType[word] for word in _WORDS.split()} | {
    "as": TokenType.ALIAS,
    "current_date": TokenType.CURRENT_DATE,
    "current_time": TokenType.CURRENT_TIME,
    "current_timestamp": TokenType.CURRENT_TIMESTAMP,
}
_PAIRS = {
    ("group", "by"): TokenType.GROUP_BY,
    ("order", "by"): TokenType.ORDER_BY,
    ("partition", "by"): TokenType.PARTITION_BY,
    ("grouping", "sets"): TokenType.GROUPING_SETS,
}
_CONSTANTS = {
    Kind.QUOTED: TokenType.IDENTIFIER,
    Kind.MEASURE: TokenType.IDENTIFIER,
    Kind.STRING: TokenType.STRING,
    Kind.NUMBER: TokenType.NUMBER,
    Kind.INTERVAL: TokenType.BIT_STRING,
}
_TYPED_LITERALS = {"date": TokenType.DATE, "timestamp": TokenType.TIMESTAMP, "time": TokenType.TIME}
_RESERVED_ELSEWHERE = frozenset(
    {"fetch", "offset", "lateral", "natural", "tablesample", "qualify", "window", "match_recognize", "recursive"}
)
_CLAUSES = frozenset({"from", "where", "group", "having", "order", "limit", "union", "except", "intersect"})
_BEGINNINGS = frozenset({"select", "with", "values"})
_QUERIES = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)


class Duration(exp.Condition, exp.Expression):
    """An interval literal such as `7d`; `this` is its microseconds as digits."""

    arg_types = {"this": True}  # noqa: RUF012  the base declares it so


class _Grammar(Dialect):
    NULL_ORDERING = "nulls_are_last"


class _Parser(Parser):
    """The grammar without the liberties of other dialects; only calls with words inside are understood, the others kept as written."""

    FUNCTIONS = {}  # noqa: RUF012  the base declares it so
    FUNCTION_PARSERS = {  # noqa: RUF012  as above
        name: parser for name, parser in Parser.FUNCTION_PARSERS.items() if name in {"CAST", "TRY_CAST", "EXTRACT"}
    }
    NO_PAREN_FUNCTION_PARSERS = {  # noqa: RUF012  as above
        name: parser for name, parser in Parser.NO_PAREN_FUNCTION_PARSERS.items() if name == "CASE"
    }
    NO_PAREN_FUNCTIONS = {  # noqa: RUF012  as above
        kind: node for kind, node in Parser.NO_PAREN_FUNCTIONS.items() if kind in _KEYWORDS.values()
    }
    COLUMN_OPERATORS = {kind: read for kind, read in Parser.COLUMN_OPERATORS.items() if kind is TokenType.DOT}  # noqa: RUF012  as above
    PRIMARY_PARSERS = {  # noqa: RUF012  as above
        **Parser.PRIMARY_PARSERS,
        TokenType.BIT_STRING: lambda _, token: Duration(this=token.text).update_positions(token),
    }
    VALUES_FOLLOWED_BY_PAREN = False

    def _warn_unsupported(self) -> None:
        """The base would log the text and take it as it is."""
        raise TimestreamQueryError("only one statement, a SELECT, can be run here", 1, 1)


def read(text: str) -> exp.Expr:
    """The tree of the one query in a text. Raises TimestreamQueryError."""
    if len(text) > MOST_CHARACTERS:
        raise TimestreamQueryError(f"the query is longer than {MOST_CHARACTERS} characters", 1, 1)
    if "\x00" in text:
        raise at(text, text.index("\x00"), "the query has a NUL character in it")
    words = tokens(text)
    if len(words) > MOST_TOKENS:
        raise at(text, words[MOST_TOKENS].start, f"the query has more than {MOST_TOKENS:,} words and signs")
    first = words[0] if words else Token(Kind.SYMBOL, ";", 0, 0)
    if first.value != "(" and _word(first) not in _BEGINNINGS:
        raise at(
            text, first.start, f"mismatched input '{text[first.start : first.end][:40]}'; only one statement, a SELECT, can be run here"
        )
    try:
        found = _Parser(error_level=ErrorLevel.IMMEDIATE, dialect=_Grammar()).parse(_for_the_grammar(words, text), text)
    except ParseError as error:
        raise _syntax(error, words, text) from error
    except SqlglotError as error:
        raise TimestreamQueryError("the query cannot be read", 1, 1) from error
    except RecursionError:
        raise TimestreamQueryError("the query is nested too deeply", 1, 1) from None
    trees = [tree for tree in found if tree is not None and not isinstance(tree, exp.Semicolon)]
    if len(trees) != 1 or not isinstance(trees[0], _QUERIES):
        raise TimestreamQueryError("only one statement, a SELECT, can be run here", 1, 1)
    return trees[0]


def _for_the_grammar(words: list[Token], text: str) -> list[GrammarToken]:
    made: list[GrammarToken] = []
    place = arrays = 0
    while place < len(words):
        one = words[place]
        following = words[place + 1] if place + 1 < len(words) else None
        pair = _PAIRS.get((_word(one), _word(following)))
        if pair is not None and following is not None:
            made.append(_token(pair, text[one.start : following.end], one.start, following.end))
            place += 2
            continue
        if one.value == "," and one.kind is Kind.SYMBOL and (following is None or _word(following) in _CLAUSES or following.value == ")"):
            raise at(text, one.start, "nothing follows this ','")
        arrays += _word(one) == "array"
        if arrays > MOST_ARRAYS:
            raise at(text, one.start, f"the query names ARRAY more than {MOST_ARRAYS} times")
        made.append(_token(_kind(one, following, text), one.value, one.start, one.end))
        place += 1
    return made


def _token(kind: TokenType, value: str, start: int, end: int) -> GrammarToken:
    return GrammarToken(kind, value, 1, start + 1, start, end - 1)


def _word(token: Token | None) -> str:
    return token.value.lower() if token is not None and token.kind is Kind.WORD else ""


def _kind(token: Token, following: Token | None, text: str) -> TokenType:
    """What a token is to the grammar. A word is a keyword only where Timestream makes it one, so that a column may be named `time`."""
    if token.kind is Kind.SYMBOL:
        return _SYMBOLS[token.value]
    if token.kind is not Kind.WORD:
        return _CONSTANTS[token.kind]
    word = token.value.lower()
    if word in _RESERVED_ELSEWHERE and not (following is not None and following.value in {".", ",", ")"}):
        raise at(text, token.start, f"{word.upper()} is not available here")
    if word in _TYPED_LITERALS and following is not None and following.kind is Kind.STRING:
        return _TYPED_LITERALS[word]
    if word == "filter" and following is not None and following.value == "(":
        return TokenType.FILTER
    return _KEYWORDS.get(word, TokenType.VAR)


def _syntax(error: ParseError, words: list[Token], text: str) -> TimestreamQueryError:
    """The error at the token at which the grammar gave up."""
    column = error.errors[0].get("col") if error.errors else None
    starts = [word for word in words if word.start + 1 == column]
    if not starts:
        return TimestreamQueryError("the query cannot be read as SQL", 1, 1)
    word = starts[0]
    last = "; the query ends too early" if word is words[-1] else ""
    return at(text, word.start, f"mismatched input '{text[word.start : word.end][:40]}'{last}")
