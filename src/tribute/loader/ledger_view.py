"""What the loader needs to know of the ledger, as the app hands it in: rules a website, codes and names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tribute.analytics.port import CodeRegistration, Directory
from tribute.events.derive import WebsiteRules
from tribute.kit.errors import TributeError


@dataclass(frozen=True, slots=True)
class LedgerView:
    """One consistent look at the ledger."""

    rules: Mapping[str, WebsiteRules] = field(default_factory=dict)
    """By website id."""
    codes: Sequence[CodeRegistration] = ()
    directory: Directory = field(default_factory=Directory)


class LedgerReader(Protocol):
    def view_if_changed(self) -> LedgerView | None:
        """The ledger as it is now, or None when nothing has changed since the last call. Raises TributeError when it cannot be read."""
        ...


UNKNOWN_WEBSITE = WebsiteRules(domain="")
"""Rules for a website that the ledger does not have (any more): its events are kept and derived by the defaults."""

__all__ = ["UNKNOWN_WEBSITE", "LedgerReader", "LedgerView", "TributeError"]
