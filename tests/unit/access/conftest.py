"""A ledger of its own for each test, on every engine."""

import pytest
from argon2 import PasswordHasher

from tests.support.ledger import ledger, ledger_url
from tribute.access import passwords

__all__ = ["cheap_hashes", "ledger", "ledger_url"]


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real algorithm at the least cost; what it costs in earnest is a test of its own."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=16, parallelism=1))
