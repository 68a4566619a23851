"""Our objects in S3, under a prefix of a bucket. Built by app.py; the contract is `tests/contract/test_object_store.py`."""

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from tribute.objects.keys import check_key, is_key
from tribute.objects.port import ObjectInfo
from tribute.objects.s3.bucket import Bucket


class S3ObjectStore:
    """The object store's port over a bucket. Opening it asks nothing of the server: a server that is away now may come later.

    Keys in the bucket that are none of the port's, such as a console's empty folders, are not listed.
    """

    def __init__(self, bucket: Bucket, prefix: str = "") -> None:
        """`prefix` stands before every key; slashes around it do not count."""
        folder = prefix.strip("/")
        self._bucket = bucket
        self._before = f"{folder}/" if folder else ""

    def put(self, key: str, content: bytes) -> ObjectInfo:
        return replace(self._bucket.put(self._before + check_key(key), content), key=key)

    def open(self, key: str) -> BinaryIO:
        return self._bucket.open(self._before + check_key(key))

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """See ObjectStore.list. Holds one page of 1,000 objects in memory."""
        for info in self._bucket.list(self._before + prefix):
            key = info.key.removeprefix(self._before)
            if is_key(key) and key.startswith(prefix):  # some servers take `//` in a prefix for one slash
                yield replace(info, key=key)

    def delete(self, key: str) -> None:
        self._bucket.delete(self._before + check_key(key))
