"""What the collector counts for `/metrics`: plain integers, written by one thread and read by any."""

from collections import Counter
from collections.abc import Sequence

from tribute.collector.drops import DropReason


class CollectorStats:
    """Counts since the start. Events count as accepted once they are on disk."""

    def __init__(self) -> None:
        self.accepted: Counter[str] = Counter()
        """Events on disk by type."""
        self.replies: Counter[int] = Counter()
        """Replies by status."""
        self.drops: Counter[DropReason] = Counter()
        """Refused events by reason."""

    def answered(self, status: int, types: Sequence[str] = ()) -> None:
        """One reply goes out; `types` are those of the events that it confirms."""
        self.replies[status] += 1
        if len(types) == 1:
            self.accepted[types[0]] += 1
        elif types:
            self.accepted.update(types)

    def dropped(self, reason: DropReason, events: int = 1) -> None:
        self.drops[reason] += events
