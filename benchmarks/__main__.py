"""`make bench`: runs each benchmark of `contents` in a process of its own, within its time, and writes docs/performance.md.

    python -m benchmarks [--only NAME …] [--budget MINUTES] [--print-only] [--OPTION VALUE …]

An option goes to the benchmarks that know it: `--rows 100m`. With a budget no benchmark begins that would end after it.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

from benchmarks.claims import Bench
from benchmarks.contents import ORDER

_ENDS_WITHIN_SECONDS = 20


def main() -> int:
    """Run what was asked for; 1 when something could not be measured."""
    benches: list[Bench] = [import_module(f"benchmarks.{name}").BENCH for name in ORDER]
    asked = _parser(benches).parse_args()
    wanted = [bench for bench in benches if not asked.only or bench.name in asked.only]
    ends_at = time.monotonic() + asked.budget * 60
    failed = 0
    for number, bench in enumerate(wanted, 1):
        print(f"\n== {number} of {len(wanted)}: {bench.name} (about {bench.minutes:g} min)", flush=True)
        if time.monotonic() + bench.minutes * 60 > ends_at:
            print("left out: no time is left for it", flush=True)
            continue
        given = [part for name in bench.options if (value := getattr(asked, name)) is not None for part in (f"--{name}", value)]
        failed += _run(bench, [*given, *(["--print-only"] if asked.print_only else [])]) != 0
    return 1 if failed else 0


def _run(bench: Bench, arguments: list[str]) -> int:
    """The benchmark's exit status. One that takes twice its time is ended with everything that it started."""
    command = [sys.executable, "-m", f"benchmarks.{bench.name}", *arguments]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[1], start_new_session=True)
    try:
        return process.wait(bench.minutes * 120)
    except subprocess.TimeoutExpired:
        print(f"{bench.name} was ended: it took over {bench.minutes * 2:g} min", flush=True)
        return 1
    finally:
        if process.poll() is None:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process with its group, gently first."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(_ENDS_WITHIN_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def _parser(benches: list[Bench]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure what Tribute claims.")
    parser.add_argument("--only", action="append", choices=ORDER, metavar="NAME", help=f"one of {', '.join(ORDER)}; may be repeated")
    parser.add_argument("--budget", type=float, default=float("inf"), metavar="MINUTES", help="how long all of it may take")
    parser.add_argument("--print-only", action="store_true", help="print the figures and write nothing")
    meanings = {name: meaning for bench in benches for name, (_, meaning) in bench.options.items()}
    for name, meaning in meanings.items():
        parser.add_argument(f"--{name}", help=meaning)
    return parser


if __name__ == "__main__":
    sys.exit(main())
