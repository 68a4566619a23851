"""Runs one benchmark from its file's command line: measures, prints, keeps the figures as JSON and writes the document anew."""

import argparse
import gc
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from benchmarks import document, machine, programs
from benchmarks.claims import Bench, Measured, Options


def run(bench: Bench, arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 when it could be measured, whatever was found. A missed floor is told, here and in the document."""
    told = vars(_parser(bench).parse_args(arguments))
    print_only = told.pop("print_only")
    options = Options({name: told[name] for name in bench.options})
    programs.have(bench.programs)
    found = _measured(bench, options)
    for line in document.as_text(bench, found):
        print(line, flush=True)
    if not print_only:
        document.FIGURES.mkdir(exist_ok=True)
        document.path_of(found).write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
        document.write()
    return 0


def _measured(bench: Bench, options: Options) -> dict[str, Any]:
    """Everything that the JSON holds."""
    facts = machine.facts()
    began = time.monotonic()
    gc.collect()
    measured = bench.measure(options)
    return {
        "bench": bench.name,
        "options": {name: value for name, value in options.values.items() if name not in bench.aside and value != bench.options[name][0]},
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "took_seconds": round(time.monotonic() - began, 1),
        "machine": facts | {"load_after": machine.load()},
        "figures": _of_all_claims(bench, measured),
        "tables": measured.tables,
        "plots": [{"kind": type(plot).__name__, **msgspec.to_builtins(plot)} for plot in measured.plots],
        "raw": measured.raw,
    }


def _of_all_claims(bench: Bench, measured: Measured) -> dict[str, Any]:
    """The figures by claim. Raises KeyError for a claim without one: what is claimed is measured."""
    return {claim.name: measured.figures[claim.name] for claim in bench.claims}


def _parser(bench: Bench) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{bench.name}", description=bench.title)
    parser.add_argument("--print-only", action="store_true", help="print the figures and write nothing")
    for name, (default, meaning) in bench.options.items():
        parser.add_argument(f"--{name}", default=default, help=f"{meaning} (default {default})")
    return parser
