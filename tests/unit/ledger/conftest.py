"""A ledger of its own for each test, on every engine."""

from tests.support.ledger import empty_ledger_url, ledger, ledger_url

__all__ = ["empty_ledger_url", "ledger", "ledger_url"]
