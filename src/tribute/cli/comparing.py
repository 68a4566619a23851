"""`tribute compare`: another pipeline's numbers beside ours, for whoever moves over."""

from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tribute.cli.operating import perform
from tribute.cli.options import HomeOption, JsonOption
from tribute.cli.output import Output

if TYPE_CHECKING:
    from tribute.app.comparing import Answer

_MAX_ROWS = 100_000
_MAX_SECONDS = 60.0
_FILE = typer.Option("--sql", help="Ours is what this home answers to the query in this file, in Timestream's SQL.", dir_okay=False)


def compare(
    theirs: Annotated[
        Path,
        typer.Argument(
            help="The other's answer: of getAnalyticsData, of `aws timestream-query query`, or CSV.", exists=True, dir_okay=False
        ),
    ],
    ours: Annotated[
        Path | None, typer.Argument(help="Ours, in any of these forms or as `tribute sql` prints it.", exists=True, dir_okay=False)
    ] = None,
    sql: Annotated[Path | None, _FILE] = None,
    value: Annotated[str, typer.Option("--value", help="The column with the number; all others say what it is about.")] = "value",
    tolerance: Annotated[float, typer.Option("--tolerance", min=0, max=100, help="By how many percent a number may differ.")] = 0.0,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Compare two answers to one question row by row. Exits with 1 when a number differs."""
    from tribute.app.comparing import compare as compared
    from tribute.app.comparing import read_answer

    if (ours is None) == (sql is None):
        raise typer.BadParameter("give our answer as a second file, or a query with --sql", param_hint="OURS")
    answer = read_answer(str(ours), _text(ours)) if ours is not None else _asked(home, sql or Path())
    result = compared(read_answer(str(theirs), _text(theirs)), answer, value=value, tolerance=Decimal(str(tolerance)) / 100)
    data = {name: _plain(one) for name, one in asdict(result).items()}
    rows = [(*one.key.values(), f"{one.theirs:f}", f"{one.ours:f}", f"{one.ours - one.theirs:+f}") for one in result.different]
    columns = (*(result.different[0].key if result.different else ()), "Theirs", "Ours", "Difference")
    same = f"All {result.rows:,} rows agree: {result.ours:f} in total."
    Output(as_json=json).table(data, columns, rows, empty=same)
    if result.different:
        raise typer.Exit(1)


def _asked(home: Path | None, file: Path) -> "Answer":
    from tribute.app.comparing import Answer
    from tribute.kit.errors import InvalidInputError

    arguments = {"statement": _text(file), "max_rows": _MAX_ROWS, "max_seconds": _MAX_SECONDS, "dialect": "timestream"}
    answer = perform(home, "sql", arguments)
    if answer["truncated"]:
        raise InvalidInputError(str(file), f"has more than {_MAX_ROWS:,} rows; compare a shorter time")
    return Answer("this home", answer["rows"])


def _text(file: Path) -> str:
    from tribute.kit.errors import InvalidInputError

    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError(str(file), "is not text") from error


def _plain(told: Any) -> Any:
    """Numbers as JSON has them."""
    if isinstance(told, Decimal):
        return int(told) if told == told.to_integral_value() else float(told)
    if isinstance(told, list):
        return [{name: _plain(one) for name, one in row.items()} for row in told]
    return told
