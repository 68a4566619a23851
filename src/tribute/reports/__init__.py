"""What a caller may see: analytics joined with the ledger. Scope is decided here, once; pages and GraphQL both read here with a Caller."""
