"""The engines behind the analytics port. `duckdb` is in process, for one machine; only `app` names an engine."""
