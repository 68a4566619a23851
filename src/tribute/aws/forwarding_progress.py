"""How far delivery into a Firehose stream has come: a small file a stream, durable after every batch. Used by `forwarding`.

Invariant: an object is done only when the stream has accepted all of it; after a crash at most one batch is sent again. A file that cannot
be read passes nothing over: forwarding waits until a person has decided.
"""

from datetime import date
from pathlib import Path

import msgspec

from tribute.kit.errors import UnavailableError
from tribute.objects.atomic import write_whole


class _State(msgspec.Struct):
    since: date
    """Objects of this day (UTC) and later may be left to do."""
    done: set[str] = msgspec.field(default_factory=set)
    """Keys of objects since then that are done."""
    key: str | None = None
    """The object that is half done."""
    records: int = 0
    """How many of its records are done."""


class ForwardingProgress:
    """Remembers objects by key. For one thread."""

    def __init__(self, folder: Path, stream: str) -> None:
        """`stream` is a stream's name as AWS allows it, and so a file's."""
        self._path = folder / f"{stream}.json"
        self._state: _State | None = None

    def has_begun(self) -> bool:
        """Whether this stream was delivered into before. Raises UnavailableError when that cannot be known, OSError."""
        if self._state is None:
            self._state = self._read()
        return self._state is not None

    def begin(self, since: date, existing: set[str]) -> None:
        """Begin with what comes after the objects that exist. Raises OSError."""
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        self._state = _State(since, existing)
        self._write()

    @property
    def since(self) -> date:
        return self._now.since

    def is_done(self, key: str) -> bool:
        return key in self._now.done

    def records_done(self, key: str) -> int:
        """How many records of an object were accepted."""
        return self._now.records if key == self._now.key else 0

    def advance(self, key: str, records: int) -> None:
        """So many records of an object were accepted. Raises OSError."""
        self._now.key, self._now.records = key, records
        self._write()

    def finish(self, key: str) -> None:
        """All of an object was accepted. Raises OSError."""
        self._now.done.add(key)
        self._now.key, self._now.records = None, 0
        self._write()

    def forget_before(self, day: date, keys: set[str]) -> None:
        """No object will come any more of days before; of the later ones `keys` are there. Raises OSError."""
        if day > self._now.since:
            self._now.since = day
            self._now.done &= keys
            self._write()

    @property
    def _now(self) -> _State:
        if self._state is None:
            raise ValueError("forwarding has not begun")
        return self._state

    def _read(self) -> _State | None:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_State)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as error:
            raise UnavailableError(
                f"{self._path} is damaged, so it is not known what the stream has; put it back from a backup, "
                "or delete it and forwarding begins with what comes from then on"
            ) from error

    def _write(self) -> None:
        write_whole(self._path, msgspec.json.encode(self._now), unfinished_in=self._path.parent)
