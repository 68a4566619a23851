"""What owners, and affiliates for themselves, change: one transaction each, with a note in the audit log."""
