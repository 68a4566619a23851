"""Which click earned an order, and why. `deciding` and `telling` are pure; `intake` and `desk` bring them together with the ledger."""
