"""What the port does not speak of: parts, versions, encryption, odd keys of others, and failures told in words."""

import contextlib
from pathlib import Path

import pytest

from tests.support.s3 import BUCKET, CREDENTIALS, as_environment, client_of, new_prefix, s3_server, shared_bucket
from tribute.objects.port import ObjectNotFoundError, ObjectStoreUnavailableError
from tribute.objects.s3.bucket import Bucket
from tribute.objects.s3.store import S3ObjectStore

pytestmark = pytest.mark.xdist_group("s3")  # one server for all of them

_MIB = 1024 * 1024


def test_a_large_object_is_written_in_parts_and_read_in_ranges() -> None:
    bucket, key = shared_bucket(part_bytes=5 * _MIB, read_bytes=4 * _MIB), new_prefix() + "large"
    content = bytes(range(251)) * 50_000  # 12.5 MB: three parts, none of which is like another
    info = bucket.put(key, content)
    assert info.etag.endswith("-3")
    with bucket.open(key) as stream:
        assert stream.read() == content
    [listed] = bucket.list(key)
    assert (listed.size, listed.etag) == (len(content), info.etag)


def test_parts_of_a_write_that_fails_are_never_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    with as_environment(CREDENTIALS):
        bucket = Bucket(BUCKET, endpoint=s3_server().endpoint, part_bytes=5 * _MIB)
    key = new_prefix() + "large"
    real = bucket._connection.client.upload_part

    def second_fails(**arguments: object) -> object:
        if arguments["PartNumber"] == 2:
            raise OSError("the network is gone")
        return real(**arguments)

    monkeypatch.setattr(bucket._connection.client, "upload_part", second_fails)
    with pytest.raises(ObjectStoreUnavailableError):
        bucket.put(key, b"x" * (6 * _MIB))
    assert list(bucket.list(key)) == []
    uploads = client_of(s3_server()).list_multipart_uploads(Bucket=BUCKET, Prefix=key)
    assert uploads.get("Uploads", []) == []


def test_a_read_gets_the_version_that_it_names_or_none() -> None:
    bucket, key = shared_bucket(read_bytes=1_000), new_prefix() + "rewritten"
    old = bucket.put(key, b"1" * 5_000)
    stream = bucket.open(key, old.etag)
    assert stream.read(10) == b"1" * 10
    new = bucket.put(key, b"2" * 5_000)
    with pytest.raises(ObjectNotFoundError):
        bucket.open(key, old.etag)
    with pytest.raises(ObjectNotFoundError), contextlib.closing(stream):
        stream.read()  # never the first bytes of one version and the last of another
    with bucket.open(key, new.etag) as again:
        assert again.read() == b"2" * 5_000
    assert bucket.head(key).etag == new.etag


def test_objects_are_encrypted_as_told() -> None:
    with as_environment(CREDENTIALS):
        bucket = Bucket(BUCKET, endpoint=s3_server().endpoint, encryption="AES256", part_bytes=5 * _MIB)
    prefix, client = new_prefix(), client_of(s3_server())
    for name, content in (("small", b"x"), ("large", b"x" * (6 * _MIB))):
        bucket.put(prefix + name, content)
        assert client.head_object(Bucket=BUCKET, Key=prefix + name)["ServerSideEncryption"] == "AES256"
        with bucket.open(prefix + name) as stream:
            assert stream.read() == content
    shared_bucket().put(prefix + "plain", b"x")
    assert "ServerSideEncryption" not in client.head_object(Bucket=BUCKET, Key=prefix + "plain")


@pytest.mark.parametrize("name", ["é/ü", "a\nb", "100%", "a+b c", "q?x=1&y", "#h", "k=v/dt=1", "%2F", "trailing/"])
def test_keys_of_others_are_read_as_they_are(name: str) -> None:
    prefix, client = new_prefix(), client_of(s3_server())
    client.put_object(Bucket=BUCKET, Key=prefix + name, Body=b"" if name.endswith("/") else b"x")
    [info] = shared_bucket().list(prefix)
    assert info.key == prefix + name
    assert shared_bucket().head(info.key).etag == info.etag
    if info.size:
        with shared_bucket().open(info.key, info.etag) as stream:
            assert stream.read() == b"x"


def test_keys_that_are_none_of_ours_are_not_listed_as_ours() -> None:
    prefix, client = new_prefix(), client_of(s3_server())
    store = S3ObjectStore(shared_bucket(), prefix)
    for name in ("folder/", "é", "ours"):
        client.put_object(Bucket=BUCKET, Key=prefix + name, Body=b"")
    assert [info.key for info in store.list()] == ["ours"]


@pytest.mark.parametrize(
    ("name", "credentials", "told"),
    [
        ("no-such-bucket", CREDENTIALS, "refuses (NoSuchBucket); make the bucket"),
        (BUCKET, CREDENTIALS | {"AWS_SECRET_ACCESS_KEY": "wrong-but-hidden"}, "refuses (SignatureDoesNotMatch); correct the secret"),
        (BUCKET, CREDENTIALS | {"AWS_ACCESS_KEY_ID": "nobody"}, "refuses (InvalidAccessKeyId); correct the access key"),
    ],
)
def test_a_refusal_says_what_to_mend(name: str, credentials: dict[str, str], told: str) -> None:
    with as_environment(credentials):
        bucket = Bucket(name, endpoint=s3_server().endpoint)
    for call in (lambda: list(bucket.list()), lambda: bucket.put("a", b"x")):
        with pytest.raises(ObjectStoreUnavailableError) as error:
            call()
        assert told in str(error.value)
        assert "hidden" not in str(error.value)


@pytest.mark.slow
def test_credentials_that_come_late_are_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As those of a machine's role may, when the machine starts."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    bucket, key = Bucket(BUCKET, endpoint=s3_server().endpoint), new_prefix() + "late"
    with pytest.raises(ObjectStoreUnavailableError, match="needs credentials; set AWS_ACCESS_KEY_ID"):
        bucket.put(key, b"x")
    access, secret = CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"]
    (tmp_path / "credentials").write_text(f"[default]\naws_access_key_id = {access}\naws_secret_access_key = {secret}\n")
    assert bucket.put(key, b"x").size == 1


def test_a_server_that_is_away_is_unavailable() -> None:
    with as_environment(CREDENTIALS):
        bucket = Bucket("any-bucket", endpoint="http://127.0.0.1:9")
    with pytest.raises(
        ObjectStoreUnavailableError, match=r"any-bucket at http://127.0.0.1:9 cannot be reached \(EndpointConnectionError\)"
    ):
        bucket.put("a", b"x")
