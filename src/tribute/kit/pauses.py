"""How long a thread waits before it tries again, an answer before it goes out, and a worker that leaves the machine to others.

Called by loops that outlive their failures. Invariant: any number of failures in a row has a pause, so that a server that was away for
days is still tried again.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

_MOST_DOUBLINGS: Final = 32
"""Far above any longest pause; without a bound the power leaves the range of a float after a thousand failures."""
_LOOK_SECONDS: Final = 0.25


def growing_pause(first_seconds: float, failures: int, longest_seconds: float) -> float:
    """Seconds to wait after so many failures in a row: `first_seconds`, twice as long with each, at most `longest_seconds`."""
    return min(longest_seconds, first_seconds * 2.0 ** min(failures, _MOST_DOUBLINGS))


def pause_to_beat(spent_seconds: float, beat_seconds: float) -> float:
    """Seconds from what was spent to the next full beat, so that work of nearly the same length ends at the same time to the outside."""
    return -spent_seconds % beat_seconds


def rest(wanted_seconds: Callable[[], float], woken: threading.Event) -> None:
    """Wait for as long as is wanted, asked again and again because it may be less meanwhile, or until `woken` is set."""
    began = time.monotonic()
    while (left := wanted_seconds() + began - time.monotonic()) > 0 and not woken.wait(min(left, _LOOK_SECONDS)):
        pass
