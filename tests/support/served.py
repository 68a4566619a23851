"""A real Tribute served by a process of its own, on a home and a port of its own. For end-to-end tests."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.support import cli
from tests.support.forks import Fork

T = TypeVar("T")
_COMMAND = (sys.executable, "-m", "tribute")

START_SECONDS = 30.0
GIVE_UP_SECONDS = 30.0


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The test's environment without anybody's Tribute settings, and with these. Output is buffered, as it is for everybody."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TRIBUTE_") and name != "PYTHONUNBUFFERED"}
    return plain | {f"TRIBUTE_{name}": value for name, value in settings.items()}


@dataclass
class Tribute:
    """A home, its command, and its server while one runs."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = _COMMAND
    folder: Path | None = None
    """Where its processes work; the test's own folder for None."""
    forks: bool = False
    """Whether its servers are forks of a process that has loaded the program, for a test that starts many: each has a second less to do."""
    process: "subprocess.Popen[str] | Fork | None" = None
    url: str = ""

    def run(self, *arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Run a command on the home, in a process of its own."""
        command = [*self.command, *arguments, "--home", str(self.home)]
        return subprocess.run(
            command, capture_output=True, text=True, check=check, timeout=120, env=environment(self.settings), cwd=self.folder
        )

    def told(self, *arguments: str) -> Any:
        """The JSON that a command prints: where the test runs, a tenth of the time that a process takes, unless `command` is another."""
        if self.command != _COMMAND:
            return json.loads(self.run(*arguments, "--json").stdout)
        ran = cli.Tribute(self.home, self.settings)(*arguments, "--json")
        assert ran.code == 0, ran.err
        return ran.data

    def start(self, port: int = 0) -> None:
        """Start the server, on a free port unless one is named, and wait until it is ready."""
        arguments = ("serve", "--json", "--port", str(port), "--home", str(self.home))
        told = environment(self.settings)
        if self.forks:
            self.process = Fork(arguments, told)
        else:
            self.process = subprocess.Popen([*self.command, *arguments], stdout=subprocess.PIPE, text=True, env=told, cwd=self.folder)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            code = self.process.wait(START_SECONDS)
            self.process.stdout.close()
            raise AssertionError(f"the server did not start (exit {code})")
        self.url = json.loads(line)["url"]

    def start_again(self) -> None:
        """Start the server where it was before."""
        self.start(int(self.url.rpartition(":")[2]))

    def stop(self) -> int:
        """End the server as an operator would; its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, sign: signal.Signals) -> int:
        assert self.process is not None
        process, self.process = self.process, None
        process.send_signal(sign)
        try:
            code = process.wait(GIVE_UP_SECONDS)
        finally:
            process.kill()
            if process.stdout is not None:
                process.stdout.close()
        return code

    def add_website(self, name: str, domain: str) -> str:
        """A website's write key."""
        return str(self.told("website", "add", "--name", name, "--domain", domain)["write_key"])

    def add_affiliate(self, code: str) -> str:
        """An affiliate's token."""
        self.told("affiliate", "add", "--name", code.title(), "--email", f"{code}@affiliates.example", "--code", code)
        return str(self.told("token", "add", "--affiliate", code)["token"])

    def points(self, token: str, metric: str = "PageViews", window: str = "Last7Days") -> list[dict[str, Any]]:
        """The given query's answer."""
        query = f"{{getAnalyticsData(metricType: {metric} timeWindow: {window}){{dataset{{series timestamp value}}}}}}"
        answer = httpx.post(f"{self.url}/graphql", json={"query": query}, headers={"x-api-key": token}, trust_env=False, timeout=60)
        answer.raise_for_status()
        return list(answer.json()["data"]["getAnalyticsData"]["dataset"])

    def total(self, token: str, metric: str = "PageViews", window: str = "Last7Days") -> float:
        """The sum over all points."""
        return float(sum(point["value"] for point in self.points(token, metric, window)))


def eventually(look: Callable[[], T], wanted: Callable[[T], bool], *, within: float = GIVE_UP_SECONDS) -> T:
    """Look until what is seen is what is wanted; the last sight either way, for an assertion that tells the difference."""
    give_up_at = time.monotonic() + within
    while True:
        seen = look()
        if wanted(seen) or time.monotonic() > give_up_at:
            return seen
        time.sleep(0.05)


@contextmanager
def served(home: Path, **settings: str) -> Iterator[Tribute]:
    """A served Tribute on a home, stopped at the end. Its server is a fork; tests that make a `Tribute` by themselves start the command."""
    tribute = Tribute(home, settings, forks=True)
    tribute.start()
    try:
        yield tribute
    finally:
        if tribute.process is not None:
            tribute.stop()
