"""One bucket: list, read, write, delete, by its true keys. Used by S3ObjectStore for ours and by the loader for other people's.

An object appears whole or not at all, also when it is written in parts; a read that is told an etag gets that version or nothing.
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO

from tribute.objects.port import ObjectInfo, ObjectNotFoundError
from tribute.objects.s3.connection import Connection, available, broken_connections, is_beyond_the_end, is_gone

PART_BYTES = 16 * 1024 * 1024
"""Objects longer than this are written in parts of this size, of which S3 allows 10,000."""
READ_BYTES = 8 * 1024 * 1024
"""A read asks for so much at once: no connection waits while what was read is worked on, and a broken one costs no more than this."""


class Bucket:
    """A bucket in S3. Nothing is asked of the server before the first call; every call may raise ObjectStoreUnavailableError."""

    def __init__(
        self,
        name: str,
        *,
        endpoint: str | None = None,
        encryption: str | None = None,
        part_bytes: int = PART_BYTES,
        read_bytes: int = READ_BYTES,
    ) -> None:
        """`encryption` is what the server shall encrypt objects with: `AES256`, `aws:kms`, or `aws:kms:` and a key's id."""
        self.name = name
        self._place = f"the bucket {name}" + (f" at {endpoint}" if endpoint else "")
        self._part_bytes = part_bytes
        self._read_bytes = read_bytes
        self._encryption = _encryption(encryption)
        with available(self._place):
            self._connection = Connection("s3", endpoint)

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Every object whose key begins so, page by page, in the order in which the server tells them (AWS's: by key)."""
        with available(self._place):
            for page in self._connection.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix):
                for entry in page.get("Contents", ()):
                    yield ObjectInfo(entry["Key"], entry["Size"], _plain(entry["ETag"]), entry["LastModified"].astimezone(UTC))

    def head(self, key: str) -> ObjectInfo:
        """What there is of an object now. Raises ObjectNotFoundError."""
        from botocore.exceptions import ClientError

        with available(self._place):
            try:
                answer = self._connection.client.head_object(Bucket=self.name, Key=key)
            except ClientError as error:
                if is_gone(error):
                    raise ObjectNotFoundError(f"there is no object {key} in {self._place}.") from error
                raise
        return ObjectInfo(key, answer["ContentLength"], _plain(answer["ETag"]), answer["LastModified"].astimezone(UTC))

    def open(self, key: str, etag: str | None = None) -> BinaryIO:
        """The bytes of one version: the one with this etag, else the one there is now. Raises ObjectNotFoundError, also while reading
        when that version has been replaced meanwhile.
        """
        first = _Reading(self, key, etag)
        first.begin()
        return io.BufferedReader(first, self._read_bytes)

    def put(self, key: str, content: bytes) -> ObjectInfo:
        """Store an object in one step, durable on return."""
        with available(self._place):
            if len(content) > self._part_bytes:
                answer = self._put_in_parts(key, content)
            else:
                answer = self._connection.client.put_object(Bucket=self.name, Key=key, Body=content, **self._encryption)
        return ObjectInfo(key, len(content), _plain(answer["ETag"]), _told_at(answer))

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        with available(self._place):
            self._connection.client.delete_object(Bucket=self.name, Key=key)

    def read(self, key: str, start: int, etag: str | None) -> tuple[bytes, str, int] | None:
        """Up to `read_bytes` from `start` on, with the version's etag and its whole size; None behind its end."""
        from botocore.exceptions import ClientError

        wanted: dict[str, Any] = {"Range": f"bytes={start}-{start + self._read_bytes - 1}"} | ({"IfMatch": f'"{etag}"'} if etag else {})
        with available(self._place):
            for is_last in (False, False, True):
                try:
                    answer = self._connection.client.get_object(Bucket=self.name, Key=key, **wanted)
                except ClientError as error:
                    if is_gone(error):
                        raise ObjectNotFoundError(f"there is no object {key} in {self._place}, or not in this version.") from error
                    if is_beyond_the_end(error):
                        return None
                    raise
                try:
                    return answer["Body"].read(), _plain(answer["ETag"]), _whole_size(answer)
                except broken_connections():  # the client itself tries again only until the answer begins
                    if is_last:
                        raise
        raise AssertionError("unreachable")

    def _put_in_parts(self, key: str, content: bytes) -> Any:
        """Write in parts; S3 shows nothing of them before the last step, and they are given up when one fails."""
        where = {"Bucket": self.name, "Key": key}
        where["UploadId"] = self._connection.client.create_multipart_upload(**where, **self._encryption)["UploadId"]
        try:
            parts = []
            for number, start in enumerate(range(0, len(content), self._part_bytes), 1):
                part = self._connection.client.upload_part(**where, PartNumber=number, Body=content[start : start + self._part_bytes])
                parts.append({"PartNumber": number, "ETag": part["ETag"]})
            return self._connection.client.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
        except BaseException:
            with suppress(Exception):  # what failed is told; parts that stay behind are for the bucket's lifecycle rule
                self._connection.client.abort_multipart_upload(**where)
            raise


class _Reading(io.RawIOBase):
    """An object read range by range, all of one version."""

    def __init__(self, bucket: Bucket, key: str, etag: str | None) -> None:
        super().__init__()
        self._bucket = bucket
        self._key = key
        self._etag = etag
        self._ahead = memoryview(b"")  # read from the server and not handed out yet
        self._position = 0  # of the server's next byte
        self._size = 0

    def begin(self) -> None:
        """Read the first range, so that what is not there is told at once."""
        found = self._bucket.read(self._key, 0, self._etag)
        if found is not None:
            content, self._etag, self._size = found
            self._ahead, self._position = memoryview(content), len(content)

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        if not self._ahead and self._position < self._size:
            found = self._bucket.read(self._key, self._position, self._etag)
            self._ahead = memoryview(found[0] if found is not None else b"")
            self._position += len(self._ahead)
        given = self._ahead[: len(target)]
        target[: len(given)] = given
        self._ahead = self._ahead[len(given) :]
        return len(given)


def _encryption(told: str | None) -> Mapping[str, str]:
    if not told:
        return {}
    if told.startswith("aws:kms:"):
        return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": told.removeprefix("aws:kms:")}
    return {"ServerSideEncryption": told}


def _plain(etag: str) -> str:
    return etag.strip('"')


def _whole_size(answer: Mapping[str, Any]) -> int:
    """Of the object that a range was read of: behind the slash of `bytes 0-9/10`; a server that knows no ranges sends all of it."""
    told = str(answer.get("ContentRange") or "").rpartition("/")[2]
    return int(told) if told.isdigit() else int(answer["ContentLength"])


def _told_at(answer: Mapping[str, Any]) -> datetime:
    """When the server says that it answered: an object's time to the second."""
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    return parsedate_to_datetime(headers["date"]).astimezone(UTC) if "date" in headers else datetime.now(UTC)
