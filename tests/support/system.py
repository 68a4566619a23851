"""Parts that tests need from the system: installed where that may be done (Debian, as root), named where not.

A test that needs a missing part is reported as skipped with the reason; in CI (`CI=true`) it fails instead.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.support.postgresql_programs import binaries

PACKAGES = {"chromium": "chromium", "curl": "curl", "postgres": "postgresql"}
"""Program to Debian package."""

_NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/tribute-tests.conf")
"""Debian's package would make and start a server of its own; the tests want only the programs. A cluster can be made later by hand."""


def missing() -> list[str]:
    """Programs that are not there."""
    return [program for program in PACKAGES if not _is_there(program)]


def _is_there(program: str) -> bool:
    return binaries() is not None if program == "postgres" else shutil.which(program) is not None


def install(packages: Sequence[str], for_whom: str) -> None:
    """Install Debian packages, or say that they should be installed by hand."""
    if not packages:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.stderr.write(f"{for_whom.capitalize()} need more than is here; please install: {', '.join(packages)}\n")
        return
    sys.stdout.write(f"Installing for {for_whom}: {', '.join(packages)}\n")
    if PACKAGES["postgres"] in packages:
        _NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
        _NO_CLUSTER.write_text("create_main_cluster = false\n")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
    subprocess.run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages], check=True, env=environment)


if __name__ == "__main__":
    install([PACKAGES[program] for program in missing()], "the tests")
