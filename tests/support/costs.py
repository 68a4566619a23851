"""What answering costs: statements of the ledger by thread and kind, and passwords that are hashed. They tell time without its noise."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from tribute.access import passwords
from tribute.ledger.database import Database


class Costs(Counter[str]):
    """`reads`, `writes`, `commits` and `hashes`, of every thread but those whose names begin with `beside`."""

    def __init__(self, beside: str | None) -> None:
        super().__init__()
        self._beside = beside

    def note(self, kind: str) -> None:
        if self._beside is None or not threading.current_thread().name.startswith(self._beside):
            self[kind] += 1


@contextmanager
def counted(ledger: Database, monkeypatch: pytest.MonkeyPatch, *, beside: str | None = None) -> Iterator[Costs]:
    """Count what happens within the block."""
    costs, real = Costs(beside), passwords._hasher

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 -- the library's name
            costs.note("hashes")
            return super().verify(hash, password)

        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            costs.note("hashes")
            return super().hash(password, salt=salt)

    def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        costs.note("reads" if statement.lstrip().upper().startswith("SELECT") else "writes")

    monkeypatch.setattr(passwords, "_hasher", Counting(real.time_cost, real.memory_cost, real.parallelism))
    noted = (("before_cursor_execute", executed), ("commit", lambda _: costs.note("commits")))
    for event, note in noted:
        sa.event.listen(ledger.engine, event, note)
    try:
        yield costs
    finally:
        for event, note in noted:
            sa.event.remove(ledger.engine, event, note)
        monkeypatch.setattr(passwords, "_hasher", real)
