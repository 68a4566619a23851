"""Which benchmarks there are, in the order in which the document tells of them."""

ORDER = (
    "receiving",
    "spool_append",
    "reading",
    "click_to_chart",
    "at_rest",
    "overview_page",
)
"""Modules of this folder that have a `BENCH`."""
