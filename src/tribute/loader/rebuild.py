"""Rebuild: the store made anew from the objects and the spool, beside the old one, and swapped in one step while the server answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tribute.analytics.port import Batch, RebuildableStore
from tribute.events.derived import DERIVATION_VERSION
from tribute.kit.errors import UnavailableError
from tribute.loader.loader import Loader, LoadReport, OnProgress

IMPORT_SOURCE_PREFIX = "import/"


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild read, and which figures it changed. With the same rules and inputs `changed` is empty."""

    loaded: LoadReport
    derivation: int
    before: Mapping[str, int] = field(default_factory=dict)
    after: Mapping[str, int] = field(default_factory=dict)

    @property
    def changed(self) -> dict[str, tuple[int, int]]:
        """Figures that differ, as (before, after)."""
        names = self.before.keys() & self.after.keys()
        return {name: (self.before[name], self.after[name]) for name in sorted(names) if self.before[name] != self.after[name]}


def rebuild(
    store: RebuildableStore, live: Loader, loader_of: Callable[[RebuildableStore], Loader], on_progress: OnProgress | None = None
) -> RebuildReport:
    """Build a store beside the live loader's, catch up, swap. `loader_of` makes a loader like the live one on another store, with a ledger
    reader of its own, which tells everything at its first call.

    Stopped anywhere, the live store is untouched and the next rebuild starts over.
    """
    new = store.new_beside()
    try:
        fresh = loader_of(new)
        loaded = fresh.load_objects(defer_aggregates=True, on_progress=on_progress)
        new.refresh_aggregates()
        with live.alone():
            caught_up = _catch_up(live, fresh)
            if caught_up.objects_unread:
                raise UnavailableError(
                    "Some objects cannot be read, so nothing was rebuilt; the log names them. Make them readable and try again."
                )
            loaded += caught_up
            new.load(Batch([], [step for step in store.progress().values() if step.source.startswith(IMPORT_SOURCE_PREFIX)]))
            before, after = store.counts(), new.counts()
            store.replace_with(new)
            live.use_store(store)
    except BaseException:
        new.close()
        raise
    return RebuildReport(loaded, DERIVATION_VERSION, before, after)


def _catch_up(live: Loader, fresh: Loader) -> LoadReport:
    """Bring both stores to the same point, so that their figures can be compared; what comes in meanwhile is loaded after the swap."""
    live.load_spool()
    live.load_objects()
    horizon = live.reached()
    # The spool before the objects: a segment that is delivered and removed in between is then found as an object.
    return fresh.load_spool(horizon) + fresh.load_objects(horizon)
