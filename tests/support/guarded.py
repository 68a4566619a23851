"""A server that a test needs, with a guard: it ends, by its own process id, with whoever started it, also when that one is killed.

As a program (`python -m tests.support.guarded PROGRAM …`) this is the guard: the server's parent, which waits for its input to end.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

END_SECONDS = 30.0


class GuardedServer:
    """A running server. Its output goes to a file, or nowhere."""

    def __init__(
        self, command: Sequence[str | Path], *, log: IO[bytes] | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        output = subprocess.DEVNULL if log is None else log
        guard = [sys.executable, "-m", "tests.support.guarded", *map(str, command)]
        folder = Path(__file__).parents[2]
        self._process = subprocess.Popen(
            guard, stdin=subprocess.PIPE, stdout=output, stderr=output, cwd=folder, env=os.environ | (environment or {})
        )

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End it at once, as in a power cut; returns when it is gone. Doing it again does nothing."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(END_SECONDS)


def main() -> None:
    """Run the server until it ends, or until nobody holds the other end of the input any more."""
    server = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=lambda: os._exit(server.wait() & 0xFF), daemon=True).start()
    sys.stdin.buffer.read()
    server.kill()
    server.wait()


if __name__ == "__main__":
    main()
