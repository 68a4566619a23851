"""The ledger: websites, affiliates and their codes; later programs, conversions, commissions, entries and payouts. Models and repositories."""
