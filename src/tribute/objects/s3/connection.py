"""AWS's client as we use it: bounded waits, few retries, and its many failures told as ours. Used by this folder and by `app`.

Credentials and region come from where AWS's own clients take them: the environment, a profile, or the machine's role.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tribute.objects.port import ObjectStoreUnavailableError, ObjectStoreUnreachableError

CONNECT_SECONDS = 3.0
READ_SECONDS = 20.0
"""Of silence. A call that gets no answer ends within (tries × these), so that whoever retries it can be stopped."""
TRIES = 3
CONNECTIONS = 10

_GONE = frozenset({"404", "NoSuchKey", "412", "PreconditionFailed"})
_HINTS = {
    "NoSuchBucket": "make the bucket, or correct its name",
    "AccessDenied": "let these credentials list, read and write there",
    "403": "let these credentials list, read and write there",
    "InvalidAccessKeyId": "correct the access key",
    "SignatureDoesNotMatch": "correct the secret access key",
    "ExpiredToken": "renew the credentials",
    "RequestTimeTooSkewed": "set this machine's clock",
}


class Connection:
    """A client for one of AWS's services, made at once without a request. Safe for several threads.

    `endpoint` is the address of a server other than AWS's; buckets are then named in the path, which every such server knows.
    """

    def __init__(self, service: str, endpoint: str | None, region: str | None = None) -> None:
        """Raises botocore's errors for a profile that is not there and the like."""
        self._service = service
        self._endpoint = endpoint
        self._region = region
        self._lock = threading.Lock()
        self._client, self._has_credentials = self._make()

    @property
    def client(self) -> Any:
        """The client; made anew as long as no credentials were found, because a machine's role may be late at its start."""
        if not self._has_credentials:
            with self._lock:
                self._client, self._has_credentials = self._make()
        return self._client

    def _make(self) -> tuple[Any, bool]:
        from botocore.config import Config
        from botocore.session import Session

        session = Session()
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            max_pool_connections=CONNECTIONS,
            retries={"mode": "standard", "total_max_attempts": TRIES},
            s3={"addressing_style": "path"} if self._endpoint else None,
            # Checksums that only AWS's own S3 is sure to know; signatures and TLS protect the content all the same.
            request_checksum_calculation="when_required" if self._endpoint else None,
            response_checksum_validation="when_required" if self._endpoint else None,
        )
        region = self._region or session.get_config_variable("region") or os.environ.get("AWS_REGION") or "us-east-1"
        has_credentials = session.get_credentials() is not None
        return session.create_client(self._service, region_name=region, endpoint_url=self._endpoint, config=config), has_credentials


def make_client(service: str, endpoint: str | None, region: str | None = None) -> Any:
    """A connection's client, for who keeps only that: one for which no credentials were found stays without."""
    return Connection(service, endpoint, region).client


@contextmanager
def available(place: str) -> Iterator[None]:
    """Tell the client's failures as ObjectStoreUnavailableError, in words that hold neither credentials nor content."""
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    try:
        yield
    except ClientError as error:
        code = error_code(error)
        hint = _HINTS.get(code, "look at the server")
        raise ObjectStoreUnavailableError(f"{place} refuses ({code}); {hint}. It is tried again by itself.") from error
    except NoCredentialsError as error:
        raise ObjectStoreUnavailableError(
            f"{place} needs credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or give the machine a role."
        ) from error
    except broken_connections() as error:
        raise ObjectStoreUnreachableError(f"{place} cannot be reached ({type(error).__name__}). It is tried again by itself.") from error
    except BotoCoreError as error:
        raise ObjectStoreUnavailableError(f"{place} cannot be used: {error}.") from error


def broken_connections() -> tuple[type[Exception], ...]:
    """All that a connection may fail with, before the answer or in the midst of it."""
    from botocore.exceptions import ConnectionError, HTTPClientError, IncompleteReadError  # noqa: A004 -- the library's own name
    from urllib3.exceptions import HTTPError

    return (ConnectionError, HTTPClientError, IncompleteReadError, HTTPError, OSError)


def error_code(error: Any) -> str:
    """What an S3 server calls its refusal; a HEAD has only the status."""
    return str(error.response.get("Error", {}).get("Code") or error.response["ResponseMetadata"]["HTTPStatusCode"])


def is_gone(error: Any) -> bool:
    """Whether a refusal means that there is no such object, or not in this version."""
    return error_code(error) in _GONE


def is_beyond_the_end(error: Any) -> bool:
    return error_code(error) in ("416", "InvalidRange")
