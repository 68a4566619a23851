"""What runs by itself while a server runs: loading, delivery, following buckets, forwarding, mail, and the upkeep of the ledger."""

from tribute.app.buckets import open_follower
from tribute.app.forwarding import open_forwarder
from tribute.app.mail import mail_worker
from tribute.app.money import MoneyParts
from tribute.app.news import news_worker
from tribute.app.parts import Parts
from tribute.app.upkeep import LedgerUpkeep
from tribute.delivery.delivery import Delivery
from tribute.delivery.worker import DeliveryWorker
from tribute.loader.following import FollowingWorker
from tribute.loader.worker import LoaderWorker


class Workers:
    """The threads of one server. Stopping waits for the step under way; whatever is left goes on at the next start."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.loader = LoaderWorker(parts.loader, parts.spool)
        delivery = delivery_of(parts)
        self.delivery = DeliveryWorker(delivery, parts.clock)
        self.forwarder = open_forwarder(parts, delivery)
        self.sources = [
            FollowingWorker(open_follower(parts.settings, source, parts.importer, parts.store), parts.clock)
            for source in parts.settings.sources
        ]
        self.upkeep = LedgerUpkeep(parts)
        self.money = MoneyParts(parts, self.loader)
        self.mail = mail_worker(parts.settings, parts.database, parts.clock)
        self.news = news_worker(parts)

    def start(self) -> None:
        self.upkeep.start()
        self.loader.start()
        self.delivery.start()
        for source in self.sources:
            source.start()
        self.money.worker.start()
        for worker in (self.forwarder, self.mail, self.news):
            if worker is not None:
                worker.start()

    def stop(self) -> None:
        for source in self.sources:
            source.stop()
        for worker in (self.forwarder, self.mail, self.news):
            if worker is not None:
                worker.stop()
        self.money.worker.stop()
        self.delivery.stop()
        self.loader.stop()
        self.upkeep.stop()


def delivery_of(parts: Parts) -> Delivery:
    """Delivery of a home's spool into its objects; a segment's file stays until the loader has followed it."""
    return Delivery(
        spool=parts.spool,
        objects=parts.objects,
        quarantine=parts.quarantine,
        clock=parts.clock,
        prefix="",
        may_remove=parts.loader.has_followed,
        on_delivered=parts.loader.notify,
    )
