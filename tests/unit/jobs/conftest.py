"""A ledger of its own for each test, and a mail server on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ledger import new_ledger
from tests.support.mailbox import Mailbox, mailbox
from tribute.ledger.database import Database


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Database]:
    database = new_ledger(tmp_path)
    yield database
    database.close()


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as made:
        yield made
