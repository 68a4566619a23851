"""Passwords hashed by the real algorithm at the least cost: what it costs in earnest is a test of its own."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from tribute.access import passwords


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A module that signs in often asks for it."""
    passwords._nobodys_hash.cache_clear()
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=16, parallelism=1))
    yield
    passwords._nobodys_hash.cache_clear()
