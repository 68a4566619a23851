"""A second look at the few tests that failed among real processes, on a machine that is theirs alone; `make test` calls it.

Whole servers, browsers and clocks share the machine with the rest of the suite, and a starved one can fail without being wrong. Such a test
runs once more, by itself; a failure that repeats fails the suite, and one that does not is printed by name, so that it is seen and mended.
Tests without processes of their own are never looked at again, nor are many failures at once: those are not the machine's.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

AMONG_PROCESSES = ("tests/e2e/", "tests/browser/", "tests/integration/docs/")
MOST_LOOKED_AT_AGAIN = 3
FAILURES = Path(".pytest_cache/v/cache/lastfailed")


def worth_a_second_look(failed: Mapping[str, bool]) -> Sequence[str]:
    """The names of the tests to run again: all that failed, or none at all."""
    names = sorted(failed)
    few = 0 < len(names) <= MOST_LOOKED_AT_AGAIN
    return names if few and all(name.startswith(AMONG_PROCESSES) and "::" in name for name in names) else ()


def main() -> int:
    """Run again what is worth it. The status is 0 only when everything that had failed passes now."""
    names = worth_a_second_look(json.loads(FAILURES.read_text()) if FAILURES.exists() else {})
    if not names:
        return 1
    print("\nOnce more, with the machine to themselves:", *names, sep="\n  ", flush=True)  # noqa: T201 - what a person at the terminal reads
    if status := subprocess.run([sys.executable, "-m", "pytest", "-p", "no:randomly", *names], check=False).returncode:
        return status
    print("\nPASSED ONLY AT THE SECOND LOOK, to be mended:", *names, sep="\n  ", flush=True)  # noqa: T201 - what a person at the terminal reads
    return 0


if __name__ == "__main__":
    sys.exit(main())
