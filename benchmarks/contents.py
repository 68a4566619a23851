"""Which benchmarks there are, in the order in which the document tells of them."""

ORDER = (
    "receiving",
    "spool_append",
    "loading",
    "collector_single",
    "reading",
    "year_of_visitors",
    "click_to_chart",
    "at_rest",
    "overview_page",
    "orders",
    "orders_over_http",
    "commission_pages",
    "timestream_door",
)
"""Modules of this folder that have a `BENCH`."""
