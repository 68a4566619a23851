"""The event store in one DuckDB file that one process owns. `DuckDBEventStore` in `store` is the only name others use."""
