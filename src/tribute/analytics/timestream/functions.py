"""The allow-list: every function that Timestream's SQL may call here, by name. Read by `calling`; the documentation lists them from here.

Invariant: what is not here is refused. Each function has its own test in `tests/support/timestream_cases.py`.
"""

from collections.abc import Mapping

from tribute.analytics.timestream import functions_array, functions_number, functions_text, functions_time
from tribute.analytics.timestream.calls import Function
from tribute.analytics.timestream.functions_aggregate import AGGREGATES, WINDOWS
from tribute.analytics.timestream.lambdas import NAMES


def _by_name(*lists: tuple[Function, ...]) -> Mapping[str, Function]:
    return {function.name: function for functions in lists for function in functions}


SCALARS = _by_name(functions_time.FUNCTIONS, functions_text.FUNCTIONS, functions_number.FUNCTIONS, functions_array.FUNCTIONS)
AGGREGATE = _by_name(AGGREGATES)
WINDOW = _by_name(WINDOWS)
LAMBDA = NAMES
SPECIAL = {
    "concat": ("string", "Texts or arrays; NULL if any is NULL."),
    "current_date": ("date and time", "Without parentheses."),
    "current_time": ("date and time", "Without parentheses."),
    "current_timestamp": ("date and time", "Without parentheses."),
    "extract": ("date and time", "`EXTRACT(hour FROM time)`; the fields are the functions' names."),
    "cast": ("conversion", "To boolean, integer, bigint, double, varchar, date, time and timestamp. A double does not become a varchar."),
    "try_cast": ("conversion", "As `cast`, with NULL for what cannot be converted."),
    "case": ("conditional", "Both forms."),
    "unnest": ("time series", "In FROM: of arrays, and of a time series as its columns `time` and `value`."),
    "grouping": ("aggregate", "With ROLLUP, CUBE and GROUPING SETS."),
}
"""What is called by its own grammar, with its kind and note."""
EVERY = frozenset({*SCALARS, *AGGREGATE, *WINDOW, *LAMBDA, *SPECIAL})
