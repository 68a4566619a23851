"""The loader: brings every record into the store exactly once, from the spool, from objects and from buckets that others wrote."""
