"""Passwords hashed by the real algorithm at the least cost: what it costs in earnest is a test of its own."""

import pytest
from argon2 import PasswordHasher

from tribute.access import passwords


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that signs in often asks for it."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=16, parallelism=1))
