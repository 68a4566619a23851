"""Where an affiliate may stand in a program, what may follow what, and who may earn. Pure; for the ledger, for deciding, for reports."""

from collections.abc import Mapping
from typing import Final, Literal

State = Literal["pending", "approved", "rejected", "invited", "deactivated", "banned"]
TRANSITIONS: Final[Mapping[State | None, frozenset[State]]] = {
    None: frozenset({"pending", "invited", "approved", "deactivated", "banned"}),
    "pending": frozenset({"approved", "rejected", "banned"}),
    "invited": frozenset({"approved", "rejected", "banned"}),
    "approved": frozenset({"deactivated", "banned"}),
    "rejected": frozenset({"pending", "invited", "approved", "banned"}),
    "deactivated": frozenset({"approved", "banned"}),
    "banned": frozenset({"approved"}),
}
"""What may follow what. From nothing to deactivated: an open program puts out somebody who never asked to be in."""
_PUT_OUT: Final[frozenset[State | None]] = frozenset({"rejected", "deactivated", "banned"})


def may_earn(state: State | None, *, by_approval: bool) -> bool:
    """Whether an affiliate of this state may earn: by approval only who is approved, otherwise everybody who was not put out."""
    return state == "approved" if by_approval else state not in _PUT_OUT
