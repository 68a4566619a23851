"""One request to the collector and its reply, free of any server: what the core takes and gives, and both shells translate."""

from collections.abc import Mapping, Sequence

import msgspec

from tribute.collector.credentials import query_key
from tribute.collector.marks import Marks, marks_in

Headers = tuple[tuple[bytes, bytes], ...]


class Request(msgspec.Struct, frozen=True, eq=False):
    """A request as the shells hand it over. `path` is percent-decoded, header names are in lower case, `body` is as it came."""

    method: str
    path: str
    query: bytes
    headers: Mapping[bytes, bytes]
    body: bytes
    ip: str
    """The visitor's address as far as it can be trusted; empty when unknown. Never written anywhere."""
    scheme: str = "http"
    read_marks: Marks | None = None
    """What the headers tell, where a shell has read them before."""

    @property
    def marks(self) -> Marks:
        return self.read_marks or marks_in(self.headers)

    @property
    def write_key(self) -> str | None:
        """The write key in the credentials, else in the query; None when only the body can tell."""
        return self.marks.write_key or query_key(self.query)


class Reply(msgspec.Struct, frozen=True, eq=False):
    """What to answer, and the records that must be on disk before it may be answered."""

    status: int
    headers: Headers
    body: bytes
    records: Sequence[bytes] = ()
    types: Sequence[str] = ()
    """The type of each record, for the counters."""


class RefusalError(Exception):
    """The request, or one event of a batch, cannot be taken: a status of the protocol and one sentence for a person."""

    def __init__(self, status: int, sentence: str, *, retry_after: int = 0) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.retry_after = retry_after
