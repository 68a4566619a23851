"""What an event is: the record the collector writes, what is derived from it, and why one is refused. Pure: no clock, no I/O."""
