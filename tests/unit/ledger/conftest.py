"""A ledger in a file of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ledger import new_ledger
from tribute.ledger.database import Database


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Database]:
    database = new_ledger(tmp_path)
    yield database
    database.close()
