"""The spool: a durable, append-only log of records on local disk, in segments.

What `append` has confirmed is on disk. Written by the collector, followed by the loader, emptied by delivery.
"""
