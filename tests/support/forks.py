"""The `tribute` command as a fork of a process that has loaded the program once: a start costs what the start does, not its imports too."""

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from signal import Signals

_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(["tests.support.forks_loaded"])


class Fork:
    """A process of its own from its first line on; to its test it is a `Popen` that reads what it prints."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        reading, writing = _forking.Pipe(duplex=False)
        with writing, Connection(os.dup(2), readable=False) as complaints:  # where the test's own go now, not where the first fork's did
            told = (tuple(arguments), dict(environment), writing, complaints)
            self._process = _forking.Process(target=_run, args=told, daemon=True)
            self._process.start()
        self.stdout = os.fdopen(os.dup(reading.fileno()), encoding="utf-8")
        reading.close()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    def send_signal(self, sign: Signals) -> None:
        os.kill(self.pid, sign)

    def kill(self) -> None:
        self._process.kill()

    def wait(self, timeout: float) -> int:
        """Its exit code. Raises TimeoutError."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutError(f"the process did not end within {timeout} s")
        return self._process.exitcode


def _run(arguments: tuple[str, ...], environment: dict[str, str], writing: Connection, complaints: Connection) -> None:
    from tribute.cli.main import main

    for connection, number in ((writing, 1), (complaints, 2)):
        os.dup2(connection.fileno(), number)
        connection.close()
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["tribute", *arguments]
    main()
