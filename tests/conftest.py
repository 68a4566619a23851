"""For all tests: nothing but this machine is reached, and CI skips nothing."""

from tests.support.strictness import only_loopback, pytest_runtest_makereport, pytest_runtest_setup

__all__ = ["only_loopback", "pytest_runtest_makereport", "pytest_runtest_setup"]
