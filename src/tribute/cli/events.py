"""Commands on events: sql, load, rebuild, import, doctor."""

import base64
import csv
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from tribute.cli.operating import perform
from tribute.cli.options import HomeOption, JsonOption
from tribute.cli.output import Output
from tribute.kit.spreadsheet import guarded


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


class Dialect(StrEnum):
    NATIVE = "native"
    TIMESTREAM = "timestream"


class ForeignFiles(StrEnum):
    FIREHOSE = "firehose"
    RUDDERSTACK = "rudderstack"
    SEGMENT = "segment"


_MAX_ROWS = 10_000
_MAX_SECONDS = 30.0


def sql(
    statement: Annotated[
        str, typer.Argument(help="One SELECT: over events, page_views, websites and affiliates, or in Timestream's dialect over its table.")
    ],
    dialect: Annotated[
        Dialect, typer.Option("--dialect", help='native is DuckDB\'s; timestream has its table, "WebAnalyticsDb"."PageViewsTable".')
    ] = Dialect.NATIVE,
    form: Annotated[Format, typer.Option("--format", help="parquet is written to stdout; send it to a file.")] = Format.TABLE,
    max_rows: Annotated[
        int, typer.Option("--max-rows", min=1, max=10_000_000, help="The most rows to answer with; up to 100000 while a server runs.")
    ] = _MAX_ROWS,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Ask the events of all websites, read-only, with SQL."""
    form = Format.JSON if json else form
    arguments = {"statement": statement, "max_rows": max_rows, "max_seconds": _MAX_SECONDS, "parquet": form is Format.PARQUET}
    result = perform(home, "sql", arguments | {"dialect": str(dialect)})
    _PRINTERS[form](result)
    if result["truncated"]:
        sys.stderr.write(f"tribute: only the first {max_rows} rows are shown; --max-rows shows more\n")


def _print_json(result: dict[str, Any]) -> None:
    Output(as_json=True).result({"columns": result["columns"], "rows": result["rows"]}, "")


def _print_table(result: dict[str, Any]) -> None:
    columns = result["columns"]
    rows = [["" if row[column] is None else str(row[column]) for column in columns] for row in result["rows"]]
    Output(as_json=False).table(None, columns, rows, empty="No rows.")


def _print_csv(result: dict[str, Any]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([guarded(column) for column in result["columns"]])
    writer.writerows([guarded(row[column]) for column in result["columns"]] for row in result["rows"])


def _print_parquet(result: dict[str, Any]) -> None:
    if sys.stdout.isatty():
        raise typer.BadParameter("Parquet is not for a terminal; add > FILE", param_hint="--format")
    sys.stdout.buffer.write(base64.b64decode(result["parquet"]))


_PRINTERS = {Format.JSON: _print_json, Format.TABLE: _print_table, Format.CSV: _print_csv, Format.PARQUET: _print_parquet}


def load(
    once: Annotated[bool, typer.Option("--once", help="Load what is there and end; without it, go on until Ctrl-C.")] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Bring what is in the spool and in the objects into the store. A running server does it by itself all the time."""
    import time

    output = Output(as_json=json)
    while True:
        result = perform(home, "load")
        if once or result["events"]:
            told = f"Loaded {result['events']:,} events, {result['duplicates']:,} of them copies; {result['quarantined']:,} unreadable."
            output.result(result, told)
        if once:
            return
        try:
            time.sleep(1.0)
        except KeyboardInterrupt:
            return


def rebuild(home: HomeOption = None, json: JsonOption = False) -> None:
    """Make the store anew from the objects and the spool, beside the old one, and swap. The server answers all the while."""
    result = perform(home, "rebuild", set_aside_damaged=True)
    lines = [f"Rebuilt from {result['objects']:,} objects and the spool: {result['events']:,} events."]
    lines += [f"  {name}: {change['before']:,} before, {change['after']:,} now" for name, change in result["changed"].items()]
    lines += [] if result["changed"] else ["Every figure is as it was."]
    Output(as_json=json).result(result, "\n".join(lines))


def import_(
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH-OR-URL",
            help="A file, a folder that is read with everything below it, or s3://bucket/prefix, where * ? [01] and Firehose's "
            "!{timestamp:yyyy/MM} may stand for parts of keys.",
        ),
    ],
    form: Annotated[ForeignFiles, typer.Option("--format", help="Who wrote the files.")],
    website: Annotated[str | None, typer.Option("--website", help="Whose events they all are: id, domain or name.")] = None,
    endpoint: Annotated[str | None, typer.Option("--endpoint", help="The S3 server, where it is not that of S3_ENDPOINT.")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Import what Firehose, RudderStack or Segment wrote, each file once. Events keep the times that their server gave them."""
    from tribute.objects.s3.address import is_bucket_address

    place = path if is_bucket_address(path) else str(Path(path).expanduser().resolve())
    arguments = {"path": place, "format": str(form), "website": website, "endpoint": endpoint}
    result = perform(home, "import", arguments)
    known = f", {result['files_known']:,} of them known already" if result["files_known"] else ""
    aside = f" {result['quarantined']:,} could not be read: see `tribute quarantine list`." if result["quarantined"] else ""
    unread = f" {result['files_unread']:,} files could not be read now: import again." if result["files_unread"] else ""
    Output(as_json=json).result(result, f"Read {result['files']:,} files{known}: {result['events']:,} events.{aside}{unread}")


def doctor(home: HomeOption = None, json: JsonOption = False) -> None:
    """Look at everything in the home and say what is well and what is not. Exits with 1 when something is not."""
    result = perform(home, "doctor")
    rows = [("well" if check["ok"] else "LOOK", check["name"], check["detail"]) for check in result["checks"]]
    Output(as_json=json).table(result, ("", "Part", "What was found"), rows, empty="Nothing to look at.")
    if not result["ok"]:
        raise typer.Exit(1)
