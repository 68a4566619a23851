"""The databases that the ledger may live in, behind one port. `ledger.database` picks one by the URL."""
