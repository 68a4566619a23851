"""The installed `tribute` command in a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_COMMAND = Path(sys.executable).with_name("tribute")
_TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Tribute:
    """The command on one home."""

    home: Path

    def __call__(self, *arguments: str, env: dict[str, str] | None = None) -> Ran:
        """Run a command; TRIBUTE_* of the tests' own environment are kept out."""
        done = subprocess.run(  # noqa: S603 -- our own command
            [_COMMAND, *arguments], capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False, env=self._environment(env or {})
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def json(self, *arguments: str) -> Any:
        """The result of a command that must succeed."""
        ran = self(*arguments, "--json")
        assert (ran.code, ran.err) == (0, "")
        return ran.data

    def _environment(self, extra: dict[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TRIBUTE_")}
        return kept | {"TRIBUTE_HOME": str(self.home)} | extra
