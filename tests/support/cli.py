"""The `tribute` command, called where the test runs, or as it is installed in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import IO, Any
from unittest.mock import patch

from tribute.cli.main import main

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
    settings: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, env: dict[str, str] | None = None) -> Ran:
        """Run a command here, from its arguments to its exit code: a tenth of the time that a process of its own takes."""
        out, err = StringIO(), StringIO()
        argv, environ = patch.object(sys, "argv", ["tribute", *arguments]), patch.dict(os.environ, self._environment(env), clear=True)
        with argv, environ, redirect_stdout(out), redirect_stderr(err):
            try:
                main()
            except SystemExit as end:
                return Ran(int(end.code or 0), out.getvalue(), err.getvalue())
        raise AssertionError("a command ends by leaving")

    def in_a_process(self, *arguments: str, env: dict[str, str] | None = None, out: IO[str] | None = None) -> Ran:
        """Run the installed command; what it prints goes to `out` where that is given."""
        done = subprocess.run(
            [_COMMAND, *arguments],
            stdout=out or subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
            env=self._environment(env),
        )
        return Ran(done.returncode, done.stdout or "", done.stderr)

    def json(self, *arguments: str) -> Any:
        """The result of a command that must succeed."""
        ran = self(*arguments, "--json")
        assert (ran.code, ran.err) == (0, "")
        return ran.data

    def _environment(self, extra: dict[str, str] | None) -> dict[str, str]:
        """The tests' own, without its TRIBUTE_*, but with this home's."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TRIBUTE_")}
        settings = {f"TRIBUTE_{name}": value for name, value in self.settings.items()}
        return kept | settings | {"TRIBUTE_HOME": str(self.home)} | (extra or {})
