"""Amounts of money and states of commissions as pages tell them. Pure; used by the portal and the console."""

from dataclasses import dataclass
from datetime import datetime

from tribute.kit.money import main_units
from tribute.ledger.commissions import CommissionRecord
from tribute.web.reader import reader

STATUS_WORDS = {
    "pending": "Pending",
    "approved": "Payable",
    "paid": "Paid",
    "reversed": "Taken back",
    "held": "Held",
    "rejected": "Rejected",
}
"""In the order in which a commission goes through them; for filters and heads."""
TONES = {"approved": "good", "paid": "good", "held": "warn", "reversed": "bad", "rejected": "bad"}
"""The colour beside the words; others have none."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount to show, in the reader's own way."""

    minor: int
    currency: str

    @property
    def value(self) -> str:
        """In main units, for scripts."""
        return str(main_units(self.minor, self.currency))

    @property
    def words(self) -> str:
        """As the reader writes it: `$1,234.50`."""
        return reader().money(self.minor, self.currency)


def day(at: datetime) -> str:
    """12 Nov 2026, as the reader writes it and on their clock."""
    return reader().day(at)


def state_words(record: CommissionRecord) -> str:
    """Where a commission stands and what that means, in a few words."""
    match record.status:
        case "pending":
            return f"Pending, payable on {day(record.payable_at)}"
        case "approved":
            return f"Payable since {day(record.payable_at)}"
        case "held":
            return f"Held: {record.held_reason}" if record.held_reason else "Held until it is looked into"
        case "reversed":
            return "Taken back in full"
        case "rejected":
            return "Rejected: nothing is owed"
        case "paid":
            return "Paid"
