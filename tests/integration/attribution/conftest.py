from tests.support.ledger import ledger, ledger_url

__all__ = ["ledger", "ledger_url"]
