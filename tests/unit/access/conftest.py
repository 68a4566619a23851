"""A ledger in a file of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from tests.support.ledger import new_ledger
from tribute.access import passwords
from tribute.ledger.database import Database


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Database]:
    database = new_ledger(tmp_path)
    yield database
    database.close()


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real algorithm at the least cost; what it costs in earnest is a test of its own."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=16, parallelism=1))
