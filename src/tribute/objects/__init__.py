"""The object store: where delivered events lie for good. The port, its engines, and what is kept aside as unreadable.

The objects are the source of truth for events: every number about traffic can be rebuilt from them.
"""
