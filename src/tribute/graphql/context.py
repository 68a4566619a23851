"""What resolvers know of a request."""

from dataclasses import dataclass

from tribute.access.caller import Caller


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks."""

    caller: Caller
