"""The ledger's chores in a thread of their own, so that no request waits for them: the memory of the collector, salts ahead
of their day, notes of use, deletions.
"""

import threading
import time
from collections.abc import Callable

import structlog

from tribute.app.collector_ledger import LedgerSalts, LedgerSources
from tribute.app.link_table import LedgerLinkTable
from tribute.app.parts import Parts
from tribute.kit.errors import TributeError
from tribute.ledger.salts import Salts

log = structlog.get_logger(__name__)

_LOOK_SECONDS = 1.0
"""How often the thread looks whether the ledger has changed, and how long it rests after a failure."""
_TIDY_SECONDS = 3600.0


class LedgerUpkeep:
    """Keeps what the collector needs of the ledger in memory, and the ledger tidy. Each chore may run twice without harm."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.salts = LedgerSalts(parts.database, parts.clock)
        self.sources = LedgerSources(parts.database, parts.access, parts.clock)
        self.links = LedgerLinkTable(parts.database, parts.clock)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

    def start(self) -> None:
        """Start the thread. All is remembered when this returns, unless the ledger is busy or away: then as soon as it is not."""
        self._keep_fresh()
        self._thread.start()

    def stop(self) -> None:
        """End after the chore under way."""
        self._stopping.set()
        self.salts.wanted.set()
        self._thread.join()

    def _run(self) -> None:
        tidy_at = time.monotonic()
        while not self._stopping.is_set():
            self.salts.wanted.clear()
            well = self._keep_fresh() and self._done(self.sources.note_uses)
            if well and time.monotonic() >= tidy_at and self._done(self._tidy):
                tidy_at = time.monotonic() + _TIDY_SECONDS
            if well:
                self.salts.wanted.wait(_LOOK_SECONDS)
            else:
                self._stopping.wait(_LOOK_SECONDS)

    def _keep_fresh(self) -> bool:
        """The salts come last: only they may have to wait for somebody who writes to the ledger."""
        return self._done(self.sources.refresh) and self._done(self.links.refresh) and self._done(self.salts.make_ahead)

    def _tidy(self) -> None:
        """Delete day salts after 48 hours, and sessions and links whose time is over."""
        with self._parts.database.session() as session:
            Salts(session, self._parts.clock).delete_expired()
        self._parts.access.delete_expired()

    def _done(self, chore: Callable[[], None]) -> bool:
        """Do a chore; whether it could be done. Whatever failed, the thread lives on."""
        try:
            chore()
        except TributeError as error:
            log.warning("upkeep_failed", chore=chore.__name__, reason=str(error))
        except Exception:
            log.exception("upkeep_failed", chore=chore.__name__)
        else:
            return True
        return False
