"""A queue service on this machine: moto's server in a process of its own, a stand-in for SQS that speaks its wire protocol.

No real SQS server can be had as a package; what moto does not do as SQS does (to lose, repeat and shuffle), the tests do by hand.
"""

import atexit
import functools
import json
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from urllib.parse import quote_plus

import httpx

from tests.support.guarded import GuardedServer
from tests.support.s3 import BUCKET, CREDENTIALS, as_environment, free_ports
from tribute.objects.s3.connection import Connection
from tribute.objects.s3.queue import SqsQueue

_START_SECONDS = 60.0


class QueueService:
    """The service while it runs."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        with as_environment(CREDENTIALS):
            self.client = Connection("sqs", endpoint).client

    def new_queue(self) -> str:
        """A queue's address."""
        return str(self.client.create_queue(QueueName=f"q-{secrets.token_hex(6)}")["QueueUrl"])

    def send(self, queue: str, body: str) -> None:
        self.client.send_message(QueueUrl=queue, MessageBody=body)

    def left(self, queue: str) -> int:
        """Messages that are in the queue, also those that were handed out and not forgotten."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        told = self.client.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        return sum(int(told[name]) for name in names)

    def queue(self, address: str) -> SqsQueue:
        """A queue as our code uses it, which waits for nothing."""
        with as_environment(CREDENTIALS):
            return SqsQueue(address, wait_seconds=0)


def notice(key: str, etag: str | None, *, event: str = "ObjectCreated:Put", bucket: str = BUCKET) -> dict[str, Any]:
    """One record as S3 documents it; the key is encoded as in a form."""
    told = {"key": quote_plus(key, safe="/"), "size": 1, "sequencer": secrets.token_hex(8)} | ({"eTag": etag} if etag else {})
    return {"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": event, "s3": {"bucket": {"name": bucket}, "object": told}}


def message(*notices: dict[str, Any]) -> str:
    return json.dumps({"Records": list(notices)})


@contextmanager
def own_queue_service() -> Iterator[QueueService]:
    """A service of its own."""
    [port] = free_ports(1)
    server = GuardedServer([sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)])
    endpoint = f"http://127.0.0.1:{port}"
    try:
        give_up_at = time.monotonic() + _START_SECONDS
        while True:
            with suppress(httpx.HTTPError):
                httpx.get(f"{endpoint}/moto-api/", trust_env=False, timeout=5)
                break
            assert server.is_running, "the queue service did not start"
            assert time.monotonic() < give_up_at, "the queue service did not answer"
            time.sleep(0.1)
        yield QueueService(endpoint)
    finally:
        server.kill()


@functools.cache
def queue_service() -> QueueService:
    """The service that all tests of this process share; it ends with the process."""
    stack = ExitStack()
    service = stack.enter_context(own_queue_service())
    atexit.register(stack.close)
    return service
