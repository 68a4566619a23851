"""Requests signed by botocore, the oracle for our own verifying."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tribute.aws.sigv4 import Head

ACCESS_KEY_ID = "TRBKAAAAAAAAAAAAAAAA"
SECRET = "a secret of forty or so letters, for tests"


def signed(
    body: bytes,
    headers: Mapping[str, str],
    *,
    url: str = "http://127.0.0.1:8000/aws/firehose",
    service: str = "firehose",
    region: str = "eu-central-1",
    access_key_id: str = ACCESS_KEY_ID,
    secret: str = SECRET,
) -> tuple[Head, datetime]:
    """A request's head as it comes over the wire, and when it was signed."""
    request = AWSRequest(method="POST", url=url, headers=dict(headers), data=body)
    SigV4Auth(Credentials(access_key_id, secret), service, region).add_auth(request)
    parts = urlsplit(url)
    fields = [(name.lower().encode(), str(value).encode("latin-1")) for name, value in request.headers.items()]
    fields.append((b"host", parts.netloc.encode()))
    signed_at = datetime.strptime(request.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return Head("POST", parts.path.encode(), parts.query.encode(), fields), signed_at
