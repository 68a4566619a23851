"""How long a thread waits before it tries again. Pure; called by every loop that outlives its failures.

Invariant: any number of failures in a row has a pause, so that a server that was away for days is still tried again.
"""

from typing import Final

_MOST_DOUBLINGS: Final = 32
"""Far above any longest pause; without a bound the power leaves the range of a float after a thousand failures."""


def growing_pause(first_seconds: float, failures: int, longest_seconds: float) -> float:
    """Seconds to wait after so many failures in a row: `first_seconds`, twice as long with each, at most `longest_seconds`."""
    return min(longest_seconds, first_seconds * 2.0 ** min(failures, _MOST_DOUBLINGS))
