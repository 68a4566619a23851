"""The reports' counts over the parts of a home, built in one way for all who count: people's doors and mails with news."""

from collections.abc import Callable
from datetime import datetime

from tribute.app.ledger_adapters import LedgerRoster
from tribute.app.money import LedgerCurrencies
from tribute.app.parts import Parts
from tribute.reports.analytics import Analytics


def analytics_over(parts: Parts, watermark: Callable[[], datetime]) -> Analytics:
    """Answers any question about the home's events and money; `watermark` tells up to which instant they are complete."""
    roster = LedgerRoster(parts.database, parts.access, parts.clock)
    return Analytics(
        store=parts.store,
        websites=roster.names,
        affiliates=roster.affiliate_codes,
        affiliates_with_codes=roster.affiliates_with_codes,
        currencies=LedgerCurrencies(parts.database, parts.clock),
        watermark=watermark,
        clock=parts.clock,
    )
