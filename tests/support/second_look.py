"""A second look at the few tests that failed among real processes, on a machine that is theirs alone; `make test` calls it.

Whole servers, browsers and clocks share the machine with the rest of the suite, and a starved one can fail without being wrong. Such a test
runs once more, by itself; a failure that repeats fails the suite, and one that does not is printed by name, so that it is seen and mended.
Never looked at again are tests without processes of their own, those that prove that nothing is lost and nobody sees what is another's,
and many failures at once: those are not the machine's.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

AMONG_PROCESSES = ("tests/e2e/", "tests/browser/", "tests/integration/docs/")
BELIEVED_AT_ONCE = ("test_kill_loses", "test_money_agrees", "test_every_page_is_reached", "test_browser_sdks_lose_and_double")
MOST_LOOKED_AT_AGAIN = 3
FAILURES = Path(".pytest_cache/v/cache/lastfailed")


def worth_a_second_look(failed: Mapping[str, bool]) -> Sequence[str]:
    """The names of the tests to run again: all that failed, or none at all."""
    names = sorted(map(_without_group, failed))
    few = 0 < len(names) <= MOST_LOOKED_AT_AGAIN
    return names if few and all(map(_may_be_starved, names)) else ()


def _without_group(name: str) -> str:
    """The test's name without the group that pytest-xdist writes after it: `test_a.py::test_one@group`."""
    return name[: name.rfind("@")] if name.rfind("@") > name.rfind("]") else name


def _may_be_starved(name: str) -> bool:
    path, _, test = name.partition("::")
    return bool(test) and path.startswith(AMONG_PROCESSES) and not path.rpartition("/")[2].startswith(BELIEVED_AT_ONCE)


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
