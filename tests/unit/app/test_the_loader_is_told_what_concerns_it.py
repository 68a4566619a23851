"""The loader reads the ledger when something was committed, and is told only when its websites, codes or names are others."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ledger import clock_at, new_ledger
from tests.support.people import new_affiliate, new_link
from tribute.app.ledger_adapters import LedgerLooks
from tribute.ledger.database import Database


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Database]:
    database = new_ledger(tmp_path)
    yield database
    database.close()


def test_a_commit_that_changes_nothing_for_the_loader_is_not_told(ledger: Database) -> None:
    ada = new_affiliate(ledger, "ada")
    looks = LedgerLooks(ledger, clock_at())
    first = looks.view_if_changed()
    assert first is not None
    assert [entry.code for entry in first.codes] == ["ada", ada.id]
    assert looks.view_if_changed() is None
    new_link(ledger, ada)
    assert looks.view_if_changed() is None
    new_affiliate(ledger, "bob")
    second = looks.view_if_changed()
    assert second is not None
    assert len(second.codes) == 4
