"""For all tests: nothing but this machine is reached, CI skips nothing, and a PostgreSQL that was started is ended."""

from tests.support.postgresql import pytest_configure, pytest_unconfigure
from tests.support.strictness import only_loopback, pytest_runtest_makereport, pytest_runtest_setup

__all__ = ["only_loopback", "pytest_configure", "pytest_runtest_makereport", "pytest_runtest_setup", "pytest_unconfigure"]
