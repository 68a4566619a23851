"""For all tests: nothing but this machine is reached, hashes are cheap, CI skips nothing, and a PostgreSQL that was started is ended."""

from tests.support.hashing import cheap_hashes
from tests.support.postgresql import pytest_configure, pytest_unconfigure
from tests.support.strictness import only_loopback, pytest_runtest_makereport, pytest_runtest_setup

__all__ = [
    "cheap_hashes",
    "only_loopback",
    "pytest_configure",
    "pytest_runtest_makereport",
    "pytest_runtest_setup",
    "pytest_unconfigure",
]
