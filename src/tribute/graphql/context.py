"""What resolvers know of a request."""

from dataclasses import dataclass, field
from typing import Final

from tribute.access.caller import Caller
from tribute.kit.errors import InvalidInputError

MOST_ROWS: Final = 2_000


@dataclass(slots=True)
class Rows:
    """How many rows a request may still ask for, over all of its pages: nested ones, too, which `limits` cannot count before it runs."""

    left: int = MOST_ROWS

    def take(self, first: int) -> None:
        """Raises InvalidInputError when the request asks for more than there may be."""
        self.left -= max(first, 1)
        if self.left < 0:
            raise InvalidInputError("first", f"the query asks for more than {MOST_ROWS:,} rows; ask for less, or in several queries")


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks."""

    caller: Caller
    rows: Rows = field(default_factory=Rows)
