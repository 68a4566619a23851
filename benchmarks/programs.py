"""Programs of the system that benchmarks compare with or are driven by; installed like those of the tests."""

import shutil
from collections.abc import Sequence

from tests.support import system
from tests.support.postgresql_programs import binaries

PACKAGES = {"nginx": "nginx-light", "wrk": "wrk", "postgres": "postgresql", "chromium": "chromium"}
"""Program to Debian package."""


def have(programs: Sequence[str]) -> None:
    """Install what is missing where that may be done. Raises RuntimeError that names what is still missing."""
    system.install([PACKAGES[program] for program in programs if not _is_there(program)], "the benchmarks")
    missing = [PACKAGES[program] for program in programs if not _is_there(program)]
    if missing:
        raise RuntimeError(f"this benchmark needs programs that are not here; please install: {', '.join(missing)}")


def _is_there(program: str) -> bool:
    return binaries() is not None if program == "postgres" else shutil.which(program) is not None
