"""Who signs with an AWS key, for doors that check a signature a request: keys in memory, read again when the ledger has changed.

Everything here may wait for the ledger, so it is called in threads, and raises DatabaseUnavailableError when that cannot be reached.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import structlog

from tribute.access.aws_keys import AwsKey, AwsKeys
from tribute.access.door import NOTE_EVERY
from tribute.access.people import Kind, People, Person
from tribute.access.sealing import SealBrokenError, Sealer
from tribute.kit.clock import Clock
from tribute.ledger.database import Database, DatabaseUnavailableError

log = structlog.get_logger(__name__)

_MOST_KNOWN: Final = 1000


@dataclass(slots=True)
class _Known:
    """What was read at one state of the ledger. Strangers' guesses may fill it, so it is bounded."""

    version: int
    keys: dict[str, AwsKey | None] = field(default_factory=dict)


class AwsAccess:
    """Finds the keys that requests are signed with. Threads may share it."""

    def __init__(self, database: Database, clock: Clock, sealer: Sealer) -> None:
        self._database = database
        self._clock = clock
        self._sealer = sealer
        self._known = _Known(-1)
        self._noted: dict[str, datetime] = {}

    def key(self, access_key_id: str) -> AwsKey | None:
        """The key, if it is in force and its affiliate is let in; None otherwise, also for one sealed under another secret."""
        version = self._database.version()
        known = self._known
        if known.version != version or len(known.keys) >= _MOST_KNOWN:
            known = self._known = _Known(version)
        if access_key_id not in known.keys:
            known.keys[access_key_id] = self._read(access_key_id)
        return known.keys[access_key_id]

    def note_use(self, key: AwsKey) -> None:
        """Note that a request was rightly signed, at most once a minute. A busy ledger is not waited for: the next request will tell."""
        access_key_id, now = key.record.access_key_id, self._clock.now()
        noted = self._noted.get(access_key_id, key.record.last_used_at)
        if noted is not None and now - noted < NOTE_EVERY:
            return
        self._noted[access_key_id] = now
        try:
            with self._database.session(hurried=True) as session:
                AwsKeys(session, self._clock, self._sealer).note_use(access_key_id)
        except DatabaseUnavailableError:
            self._noted.pop(access_key_id, None)

    def _read(self, access_key_id: str) -> AwsKey | None:
        with self._database.reading(hurried=True) as session:
            try:
                found = AwsKeys(session, self._clock, self._sealer).find(access_key_id)
            except SealBrokenError as error:
                log.warning("aws_key_unreadable", access_key_id=access_key_id, reason=str(error))
                return None
            affiliate_id = found.record.affiliate_id if found is not None else None
            if affiliate_id is not None and not People(session, self._clock).may_enter(Person(Kind.AFFILIATE, affiliate_id)):
                return None
        return found
