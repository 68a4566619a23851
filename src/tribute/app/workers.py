"""What runs by itself while a server runs: loading, delivery, and the daily tidying of secrets."""

import threading

import structlog

from tribute.app.parts import Parts
from tribute.delivery.delivery import Delivery
from tribute.delivery.worker import DeliveryWorker
from tribute.kit.errors import TributeError
from tribute.ledger.salts import Salts
from tribute.loader.worker import LoaderWorker

log = structlog.get_logger(__name__)

_TIDY_SECONDS = 3600.0


class Workers:
    """The threads of one server. Stopping waits for the step under way; whatever is left goes on at the next start."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.loader = LoaderWorker(parts.loader, parts.spool)
        self.delivery = DeliveryWorker(delivery_of(parts), parts.clock)
        self._stop = threading.Event()
        self._tidying = threading.Thread(target=self._tidy, name="tidying", daemon=True)

    def start(self) -> None:
        self.loader.start()
        self.delivery.start()
        self._tidying.start()

    def stop(self) -> None:
        self._stop.set()
        self.delivery.stop()
        self.loader.stop()
        self._tidying.join()

    def _tidy(self) -> None:
        """Delete day salts after 48 hours, and sessions and links whose time is over. Each may run twice without harm."""
        while True:
            try:
                with self._parts.database.session() as session:
                    Salts(session, self._parts.clock).delete_expired()
                self._parts.access.delete_expired()
            except TributeError as error:
                log.warning("tidying_failed", reason=str(error))
            if self._stop.wait(_TIDY_SECONDS):
                return


def delivery_of(parts: Parts) -> Delivery:
    """Delivery of a home's spool into its objects; a segment's file stays until the loader has followed it."""
    return Delivery(
        spool=parts.spool,
        objects=parts.objects,
        quarantine=parts.quarantine,
        clock=parts.clock,
        prefix="",
        may_remove=parts.loader.has_followed,
    )
