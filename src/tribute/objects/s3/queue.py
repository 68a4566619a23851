"""An SQS queue that gets a bucket's notifications: the engine of `MessageQueue`. Built by app.

A message that was handed out is hidden from others for a while and comes again unless it is forgotten.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from tribute.objects.notifications import Message
from tribute.objects.s3.connection import Connection, available

WAIT_SECONDS = 10
"""How long a look waits for messages: a look each ten seconds costs next to nothing."""
HIDDEN_SECONDS = 300
"""How long importing what ten messages tell of may take before they come again, which does no harm."""
_AT_ONCE = 10

_AWS_HOST = re.compile(r"(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.amazonaws\.com(?:\.cn)?")


class SqsQueue:
    """A queue by its address. Nothing is asked before the first call; every call may raise ObjectStoreUnavailableError."""

    def __init__(self, url: str, *, wait_seconds: int = WAIT_SECONDS) -> None:
        parts = urlsplit(url)
        aws = _AWS_HOST.fullmatch(parts.hostname or "")
        self._url = url
        self._place = f"the queue {url}"
        self._wait_seconds = wait_seconds
        with available(self._place):
            if aws is not None:
                self._connection = Connection("sqs", None, aws[1] or aws[2])
            else:
                self._connection = Connection("sqs", f"{parts.scheme}://{parts.netloc}")

    def receive(self) -> Sequence[Message]:
        """Up to ten messages, as soon as there is one; none after WAIT_SECONDS."""
        with available(self._place):
            answer = self._connection.client.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=_AT_ONCE, WaitTimeSeconds=self._wait_seconds, VisibilityTimeout=HIDDEN_SECONDS
            )
        return [Message(told["Body"], told["ReceiptHandle"]) for told in answer.get("Messages", ())]

    def forget(self, message: Message) -> None:
        with available(self._place):
            self._connection.client.delete_message(QueueUrl=self._url, ReceiptHandle=message.receipt)

    def waiting(self) -> int:
        with available(self._place):
            answer = self._connection.client.get_queue_attributes(QueueUrl=self._url, AttributeNames=["ApproximateNumberOfMessages"])
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])
