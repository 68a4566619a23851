"""A ledger of money on each engine."""

import pytest

from tests.support.ledger import ledger, ledger_url
from tests.support.money import MoneyWorld
from tribute.ledger.database import Database

__all__ = ["ledger", "ledger_url"]


@pytest.fixture
def world(ledger: Database) -> MoneyWorld:
    """Without a program; with the affiliates Ada and Bob."""
    world = MoneyWorld(ledger)
    for code in ("ada", "bob"):
        world.affiliate(code)
    return world
