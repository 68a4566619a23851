"""Brings a batch into the store whatever single events are in it: one that the store cannot take is found and left out. Used by Loader.

Invariant: a batch's progress is stored after all that the store takes of it, and after what it refuses was put aside.
"""

from collections.abc import Callable

from tribute.analytics.port import Batch, EventStore, Loaded
from tribute.events.derived import DerivedEvent
from tribute.kit.errors import TributeError

MOST_REFUSED = 100
"""More than so many of one batch are no odd records: then the program or the store is the matter, and nothing may be passed over."""

_MACHINE_FAILURES = (TributeError, MemoryError, OSError)

PutAside = Callable[[DerivedEvent, Exception], None]


def store_batch(store: EventStore, batch: Batch, put_aside: PutAside) -> Loaded:
    """Load a batch; where the store fails over its content, halve it until the events are found that it cannot take.

    Raises what the store raises when the machine is the matter, when even no event at all is refused, or more than MOST_REFUSED are.
    """
    try:
        return store.load(batch)
    except _MACHINE_FAILURES:
        raise
    except Exception:  # noqa: BLE001  whatever a store's engine says of a value that it cannot take
        store.load(Batch([], [], batch.defer_aggregates))  # raises where the events are not the matter
    loaded, refused = _halved(store, batch)
    for event, error in refused:
        put_aside(event, error)
    store.load(Batch([], batch.progress, batch.defer_aggregates))
    return loaded


def _halved(store: EventStore, batch: Batch) -> tuple[Loaded, list[tuple[DerivedEvent, Exception]]]:
    """What was loaded of a batch that failed as a whole, and the events that fail by themselves, with why."""
    events = duplicates = 0
    refused: list[tuple[DerivedEvent, Exception]] = []
    waiting = [batch.events]
    while waiting:
        part = waiting.pop()
        try:
            loaded = store.load(Batch(part, [], batch.defer_aggregates))
        except _MACHINE_FAILURES:
            raise
        except Exception as error:
            middle = len(part) // 2
            if middle:
                waiting += [part[middle:], part[:middle]]
                continue
            refused += [(event, error) for event in part]
            if len(refused) > MOST_REFUSED:
                raise
        else:
            events += loaded.events
            duplicates += loaded.duplicates
    return Loaded(events, duplicates), refused
