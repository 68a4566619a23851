"""The generated parts of the document on Timestream's SQL: its table, and its functions with a tested example each."""

from collections.abc import Mapping

from tests.support.timestream_cases import FUNCTION_CASES, FunctionCase
from tribute.analytics.timestream.functions import AGGREGATE, LAMBDA, SCALARS, SPECIAL, WINDOW
from tribute.analytics.timestream.table import COLUMNS

Row = tuple[str, ...]


def columns() -> list[Row]:
    """Each column with its type and what it holds."""
    return [(f"`{column.name}`", f"`{column.type}`", column.tells) for column in COLUMNS]


def functions() -> list[Row]:
    """Each function, by kind and name, with its first answer and its note."""
    kinds: Mapping[str, tuple[str, str]] = {
        **{function.name: (function.kind, function.note) for function in (*SCALARS.values(), *AGGREGATE.values(), *WINDOW.values())},
        **LAMBDA,
        **SPECIAL,
    }
    examples: dict[str, FunctionCase] = {}
    for case in FUNCTION_CASES:
        if not case.refused:
            examples.setdefault(case.function, case)
    return [
        (kind.capitalize(), f"`{name}`", f"`{examples[name].expression}`", f"`{examples[name].answer or 'NULL'}`", note)
        for name, (kind, note) in sorted(kinds.items(), key=lambda entry: (entry[1][0], entry[0]))
    ]
