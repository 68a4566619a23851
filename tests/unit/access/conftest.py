"""A ledger of its own for each test, on every engine."""

from tests.support.ledger import ledger, ledger_url

__all__ = ["ledger", "ledger_url"]
