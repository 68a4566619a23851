"""The port of a queue through which a bucket's owner is told of new objects. The engine is `s3/queue.py`; the loader reads from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """What a queue handed out, and what it wants to hear to forget it."""

    body: str
    receipt: str


class MessageQueue(Protocol):
    """A queue of messages, each at least once and in any order. Every call may raise UnavailableError."""

    def receive(self) -> Sequence[Message]:
        """What is there now, or soon: this waits some seconds. What is not forgotten comes again after a while."""
        ...

    def forget(self, message: Message) -> None:
        """Let the queue forget a message; it may come once more all the same."""
        ...

    def waiting(self) -> int:
        """About how many messages wait."""
        ...
