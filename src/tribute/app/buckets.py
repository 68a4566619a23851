"""Addresses in S3 made into what the rooms ask for: the object store, foreign buckets and their queues. The only place that picks S3."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tribute.analytics.port import EventStore
from tribute.kit.errors import InvalidInputError
from tribute.loader.following import FollowedSource, Follower
from tribute.loader.foreign import ForeignFormat
from tribute.loader.foreign_files import ForeignBucket, ForeignFile, bucket_files
from tribute.loader.importing import Importer
from tribute.objects.folder import FolderObjectStore
from tribute.objects.port import ObjectStore
from tribute.objects.s3.address import BucketAddress, PrefixExpression, is_bucket_address
from tribute.settings import Settings
from tribute.settings.sources import SourceSetting


def open_objects(settings: Settings) -> ObjectStore:
    """The object store that the settings name. A folder is made if need be; a bucket is not asked before it is used."""
    if not is_bucket_address(settings.objects_url):
        return FolderObjectStore(Path(unquote(urlsplit(settings.objects_url).path)))
    from tribute.objects.s3.bucket import Bucket
    from tribute.objects.s3.store import S3ObjectStore

    address = BucketAddress.parse(settings.objects_url)
    bucket = Bucket(address.bucket, endpoint=settings.s3_endpoint, encryption=settings.s3_encryption)
    return S3ObjectStore(bucket, address.prefix)


def open_foreign_bucket(settings: Settings, name: str, endpoint: str | None) -> ForeignBucket:
    """A bucket that others write, on the server named or else the settings'."""
    from tribute.objects.s3.bucket import Bucket

    return Bucket(name, endpoint=endpoint or settings.s3_endpoint)


def open_follower(settings: Settings, source: SourceSetting, importer: Importer, store: EventStore) -> Follower:
    """A configured source, with its queue where it has one. Nothing is asked of a server."""
    from tribute.objects.s3.queue import SqsQueue

    address = BucketAddress.parse(source.url)
    followed = FollowedSource(
        name=source.url,
        kind=ForeignFormat(source.format),
        expression=PrefixExpression(address.prefix),
        website=source.website,
        list_seconds=source.list_seconds,
    )
    bucket = open_foreign_bucket(settings, address.bucket, source.endpoint)
    return Follower(followed, bucket, importer, store, SqsQueue(source.queue) if source.queue else None)


def files_of_bucket(settings: Settings, url: str, kind: ForeignFormat, endpoint: str | None) -> Iterator[ForeignFile]:
    """What an `s3://` address with patterns stands for. Raises InvalidInputError for one that cannot be understood."""
    try:
        address = BucketAddress.parse(url)
        expression = PrefixExpression(address.prefix)
    except ValueError as error:
        raise InvalidInputError("PATH-OR-URL", str(error)) from error
    return bucket_files(open_foreign_bucket(settings, address.bucket, endpoint), expression, kind)
