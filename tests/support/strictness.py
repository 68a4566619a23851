"""What holds for every test: it reaches nothing beyond this machine, and in CI it is never skipped. Loaded by `tests/conftest.py`."""

import ipaddress
import os
import socket
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest

from tests.support.node import MODULES

SKIPPED_IN_CI = "In CI a test that cannot run has failed: "


class NotLoopbackError(OSError):
    """A test wanted to talk to another machine. To the code under test it is as if there were no network."""


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """Refuse connections to anywhere but this machine, also in threads and event loops of the test's process."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


def _guarded(call: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1]
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(str(address[0])):
            raise NotLoopbackError(f"a test wanted to reach {address!r}; tests talk to this machine only")
        return call(self, *arguments)

    return guarded


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Name what a test would miss, before it fails in some other way."""
    if item.get_closest_marker("node") is not None and not MODULES.is_dir():
        pytest.skip("needs the npm packages of tests/sdk; `make test` installs them")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI, turn a skip into a failure that tells its reason."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and _in_ci():
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = SKIPPED_IN_CI + reason
    return report


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}
