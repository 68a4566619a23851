"""Passwords hashed by the real algorithm at the least cost: what it costs in earnest is a test of its own. In `tests/conftest.py`."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from tribute.access import passwords


@pytest.fixture(autouse=True, scope="session")
def cheap_hashes() -> Iterator[None]:
    """In the tests' own process; a served Tribute hashes in earnest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=16, parallelism=1))
        yield
