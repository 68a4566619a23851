"""One call of a service, as its operations get it: who signed it, its body, and what tells it from others."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import msgspec

from tribute.access.aws_keys import AwsKeyRecord
from tribute.aws.errors import unreadable

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was rightly signed."""

    key: AwsKeyRecord
    body: bytes = field(repr=False)
    invocation_id: str
    """What AWS's SDKs call a call and keep when they try it again (`amz-sdk-invocation-id`, where it is signed); else one of our own."""
    request_id: str
    origin: str = ""
    """Scheme and host that the client itself has used."""

    def read(self, kind: type[_T]) -> _T:
        """The body as an operation's input. Raises AwsError for what is none."""
        try:
            return msgspec.json.decode(self.body or b"{}", type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            told = str(error) if isinstance(error, msgspec.ValidationError) else "the body is no JSON"
            raise unreadable(told) from error


Operation: TypeAlias = Callable[[Call], Awaitable[dict[str, Any]]]
"""Answers with the operation's output, as its model in AWS's SDKs has it. Raises AwsError."""
