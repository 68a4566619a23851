"""Delivery: turns sealed segments of the spool into objects, one each, and removes what is safe elsewhere. Never drops, never reorders.

Every step may be repeated: a segment becomes the same object under the same key each time.
"""
