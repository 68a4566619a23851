"""What the collector counts for `/metrics`: plain integers, written by one thread and read by any."""

from collections import Counter
from collections.abc import Iterable

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

    def answered(self, status: int, types: Iterable[str] = ()) -> None:
        """One reply goes out; `types` are those of the events that it confirms."""
        self.replies[status] += 1
        for event_type in types:
            self.accepted[event_type] += 1

    def dropped(self, reason: DropReason, events: int = 1) -> None:
        self.drops[reason] += events
