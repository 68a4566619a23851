"""What is wrong with a query and where, in the words that Timestream's clients know. Raised by every part of the dialect."""

from tribute.analytics.port import QueryRefusedError


class TimestreamQueryError(QueryRefusedError):
    """A query that is refused; `problem` reads `line 1:8: Column 'x' does not exist`. On the wire it is a `ValidationException`.

    `line` and `column` count from 1 and are None for what shows only while a query runs, such as a division by zero.
    """

    def __init__(self, problem: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(problem if line is None else f"line {line}:{column}: {problem}")
        self.line = line
        self.column = column


def at(text: str, offset: int, problem: str) -> TimestreamQueryError:
    """The error for a place of a query's text."""
    before = text[:offset]
    return TimestreamQueryError(problem, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)
