"""What a command says: JSON on stdout for programs, words and tables for people. Every command speaks through here."""

import json
import sys
from collections.abc import Sequence
from typing import Any

_WIDE = 1000  # a table takes what it needs; keys are not cut to fit a window, the terminal breaks the line


class Output:
    """Prints results in the form that was asked for."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def result(self, data: Any, text: str) -> None:
        """Print `data` for programs, or `text` for people; its lines are never broken, so that addresses can be copied."""
        sys.stdout.write((_json(data) if self._as_json else text) + "\n")
        sys.stdout.flush()  # a program that started a server waits for this line at the other end of a pipe

    def table(self, data: Any, columns: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str) -> None:
        """Print `data` for programs, or rows for people; `empty` says what to do when there are none."""
        if self._as_json or not rows:
            self.result(data, empty)
            return
        from rich.console import Console  # only here: most commands print no table
        from rich.table import Table
        from rich.text import Text

        table = Table(*columns, box=None, pad_edge=False, header_style="bold")
        for row in rows:
            table.add_row(*map(Text, row))  # Text: a name may hold what looks like markup
        Console(width=_WIDE).print(table)


def fail(sentence: str) -> None:
    """Say on stderr, in one line, what went wrong."""
    sys.stderr.write(f"tribute: {' '.join(sentence.split())}\n")


def aside(text: str) -> None:
    """Say something to people beside the result, on stderr, so that programs read the result alone."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None)
