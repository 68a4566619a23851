"""Delivery into a Firehose stream, where a setting names one: the parts that it needs, put together."""

from typing import Final

from tribute.app.ledger_adapters import LedgerRoster
from tribute.app.parts import Parts
from tribute.aws.forwarding import BotoStream, Forwarder
from tribute.aws.forwarding_progress import ForwardingProgress
from tribute.delivery.delivery import Delivery
from tribute.objects.s3.connection import available, make_client

PROGRESS_FOLDER: Final = "forwarding"


def open_forwarder(parts: Parts, delivery: Delivery) -> Forwarder | None:
    """The worker, not started; None where no stream is set. No request is made."""
    settings = parts.settings
    if settings.firehose_forward is None:
        return None
    client = make_client("firehose", settings.firehose_endpoint, settings.firehose_region)
    return Forwarder(
        objects=parts.objects,
        stream=BotoStream(client, settings.firehose_forward, available),
        progress=ForwardingProgress(settings.home / PROGRESS_FOLDER, settings.firehose_forward),
        websites=LedgerRoster(parts.database, parts.access, parts.clock).names,
        undelivered_since=delivery.oldest_undelivered,
        clock=parts.clock,
    )
