"""Which benchmarks there are, in the order in which the document tells of them."""

ORDER = (
    "receiving",
    "spool_append",
)
"""Modules of this folder that have a `BENCH`."""
