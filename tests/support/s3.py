"""A real S3 server on this machine: SeaweedFS, started by the tests in a process of its own, which ends with them.

`s3_server()` is one for the whole run of a test process; tests that kill it start one of their own with `S3Server`.
"""

import atexit
import functools
import json
import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from tests.support.guarded import GuardedServer
from tribute.objects.s3.bucket import PART_BYTES, READ_BYTES, Bucket
from tribute.objects.s3.connection import Connection

ACCESS_KEY = "tribute-tests"
SECRET_KEY = "not-secret-but-long-enough"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "AWS_DEFAULT_REGION": "us-east-1"}
BUCKET = "tribute-tests"
"""The one bucket of a server, because each takes volumes of it; tests keep apart by prefix, see `new_prefix`."""
WEED = Path(sys.executable).with_name("weed")
_START_SECONDS = 60.0
_PARTS = ("master.port", "volume.port", "filer.port", "s3.port")


class S3Server:
    """One bucket in SeaweedFS with its four parts in one process. Its data stay in `folder` when it is killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = free_ports(2 * len(_PARTS))
        self._server: GuardedServer | None = None
        self.endpoint = f"http://127.0.0.1:{self._ports[len(_PARTS) - 1]}"

    def start(self) -> None:
        """Start, on the same ports each time, and wait until objects can be written."""
        (self._folder / "data").mkdir(exist_ok=True)
        identity = {"name": "tests", "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}], "actions": ["Admin"]}
        (self._folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        # A key among its own variables would be an administrator's to it, and a test that starts it may have a stranger's there.
        environment = dict.fromkeys(CREDENTIALS, "") | {"WEED_S3_SSE_KEK": "01" * 32}
        with (self._folder / "log").open("ab") as log:
            self._server = GuardedServer([WEED, *self._arguments()], log=log, environment=environment)
        self._wait()

    def kill(self) -> None:
        """End as in a power cut. Doing it again does nothing."""
        if self._server is not None:
            self._server.kill()
            self._server = None

    def _arguments(self) -> list[str]:
        data = self._folder / "data"
        ports = [
            argument
            for part, port, grpc in zip(_PARTS, self._ports[: len(_PARTS)], self._ports[len(_PARTS) :], strict=True)
            for argument in (f"-{part}={port}", f"-{part}.grpc={grpc}")
        ]
        # No telemetry, no further services on ports of their own; a lone master need not wait long for others to vote.
        quiet = ["-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-master.electionTimeout=1s"]
        small = ["-s3.autoCreateBucket=false", "-volume.max=100", "-master.volumeSizeLimitMB=64"]
        where = [f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-s3.config={self._folder / 's3.json'}"]
        return ["server", "-filer", "-s3", *where, *ports, *quiet, *small]

    def _wait(self) -> None:
        assert self._server is not None
        give_up_at = time.monotonic() + _START_SECONDS
        with as_environment(CREDENTIALS):
            client = Connection("s3", self.endpoint).client
        while True:
            try:
                httpx.get(self.endpoint, trust_env=False, timeout=1)  # cheap, until somebody listens
                with suppress(client.exceptions.BucketAlreadyExists, client.exceptions.BucketAlreadyOwnedByYou):
                    client.create_bucket(Bucket=BUCKET)
                client.put_object(Bucket=BUCKET, Key="probe", Body=b"x")
                client.get_object(Bucket=BUCKET, Key="probe")["Body"].read()
            except Exception as error:
                if not self._server.is_running or time.monotonic() > give_up_at:
                    log = (self._folder / "log").read_text("utf-8", "replace")[-2000:]
                    raise AssertionError(f"the S3 server did not start: {error}\n{log}") from error
                time.sleep(0.1)
            else:
                return


@contextmanager
def as_environment(values: Mapping[str, str]) -> Iterator[None]:
    """These variables in the test's own environment, for a while."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def own_s3_server() -> Iterator[S3Server]:
    """A server that a test may kill and start again."""
    with TemporaryDirectory(prefix="s3-", ignore_cleanup_errors=True) as folder:
        server = S3Server(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()


@functools.cache
def s3_server() -> S3Server:
    """The server that all tests of this process share; it ends with the process."""
    stack = ExitStack()
    server = stack.enter_context(own_s3_server())
    atexit.register(stack.close)
    return server


def new_prefix() -> str:
    """A prefix that no other test has."""
    return f"{secrets.token_hex(8)}/"


@functools.cache
def shared_bucket(part_bytes: int = PART_BYTES, read_bytes: int = READ_BYTES) -> Bucket:
    """The shared server's bucket as our code uses it; made once, because a client takes a second to make."""
    return bucket_of(s3_server(), part_bytes=part_bytes, read_bytes=read_bytes)


def bucket_of(server: S3Server, **options: Any) -> Bucket:
    """A server's bucket as our code uses it."""
    with as_environment(CREDENTIALS):
        return Bucket(BUCKET, endpoint=server.endpoint, **options)


@functools.cache
def client_of(server: S3Server) -> Any:
    """AWS's client on a server, for what a test puts there by hand."""
    with as_environment(CREDENTIALS):
        return Connection("s3", server.endpoint).client


def free_ports(count: int) -> list[int]:
    """Ports that nobody has now."""
    with ExitStack() as held:
        listeners = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [listener.getsockname()[1] for listener in listeners]
