"""An unknown or wrong setting stops the start with its name, where it was set, and what is right."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.kit.errors import InvalidInputError
from tribute.settings import SETTINGS, load_settings


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"TRIBUTE_PROT": "1"}, r"TRIBUTE_PROT: no such setting; did you mean TRIBUTE_PORT\?"),
        ({"TRIBUTE_XYZZY_QQ": "1"}, "TRIBUTE_XYZZY_QQ: no such setting; there are HOME, HOST, PORT"),
        ({"TRIBUTE_PORT_FILE": "x"}, "TRIBUTE_PORT_FILE: no such setting"),
        ({"TRIBUTE_PORT": "65536"}, "TRIBUTE_PORT: give a port from 0 to 65535"),
        ({"TRIBUTE_PORT": "8_0"}, "TRIBUTE_PORT: give a port"),
        ({"TRIBUTE_PORT": ""}, "TRIBUTE_PORT: give a port"),
        ({"TRIBUTE_HOST": "127.0.0.1 x"}, "TRIBUTE_HOST: give a host name"),
        ({"TRIBUTE_PUBLIC_URL": "example.com"}, "TRIBUTE_PUBLIC_URL: give an address like https://"),
        ({"TRIBUTE_PUBLIC_URL": "https://example.com/path"}, "without a path"),
        ({"TRIBUTE_PUBLIC_URL": "https://u:p@example.com"}, "TRIBUTE_PUBLIC_URL: give an address"),
        ({"TRIBUTE_PUBLIC_URL": "https://example.com:99999"}, "TRIBUTE_PUBLIC_URL: give an address"),
        ({"TRIBUTE_DATABASE_URL": "mysql://u:hidden@h/db"}, "TRIBUTE_DATABASE_URL: give postgresql"),
        ({"TRIBUTE_DATABASE_URL": "postgresql+psycopg2://u:hidden@h/db"}, "TRIBUTE_DATABASE_URL: give postgresql"),
        ({"TRIBUTE_DATABASE_URL": "postgresql+psycopg://u:hidden@h"}, "TRIBUTE_DATABASE_URL: name the database"),
        ({"TRIBUTE_DATABASE_URL": "postgresql://u:hid/hidden@h/db"}, "TRIBUTE_DATABASE_URL: "),
        ({"TRIBUTE_DATABASE_URL": "postgresql://u:hidden#1@h/db"}, "TRIBUTE_DATABASE_URL: "),
        ({"TRIBUTE_DATABASE_URL": "postgresql://u:hidden@h:port/db"}, "TRIBUTE_DATABASE_URL: is no address"),
        ({"TRIBUTE_DATABASE_URL": "sqlite://"}, "TRIBUTE_DATABASE_URL: give postgresql"),
        ({"TRIBUTE_DATABASE_URL": "sqlite:///relative.db"}, "TRIBUTE_DATABASE_URL: give postgresql"),
        ({"TRIBUTE_OBJECTS_URL": "gs://bucket"}, "TRIBUTE_OBJECTS_URL: give s3://bucket/prefix or file:///absolute/path"),
        ({"TRIBUTE_OBJECTS_URL": "s3://Bucket/x"}, "TRIBUTE_OBJECTS_URL: give s3://bucket/prefix, with the bucket's name of 3"),
        ({"TRIBUTE_OBJECTS_URL": "s3://bucket/2026/1[01]"}, "TRIBUTE_OBJECTS_URL: give one prefix"),
        ({"TRIBUTE_SOURCES": "s3://bucket"}, "TRIBUTE_SOURCES: give a JSON list of sources"),
        ({"TRIBUTE_SOURCES": "[1]"}, "TRIBUTE_SOURCES: give each source as a table"),
        ({"TRIBUTE_SOURCES": '[{"url": "s3://bucket"}]'}, "TRIBUTE_SOURCES: a source needs a url and a format: firehose, rudderstack"),
        ({"TRIBUTE_SOURCES": '[{"url": "s3://bucket", "format": "csv"}]'}, "TRIBUTE_SOURCES: a source needs a url and a format"),
        ({"TRIBUTE_SOURCES": '[{"url": "file:///x", "format": "segment"}]'}, "TRIBUTE_SOURCES: give s3://bucket/prefix"),
        ({"TRIBUTE_SOURCES": '[{"url": "s3://bucket/[1", "format": "segment"}]'}, r"TRIBUTE_SOURCES: '\[' is not closed"),
        ({"TRIBUTE_SOURCES": '[{"url": "s3://bucket", "format": "segment", "site": "x"}]'}, "TRIBUTE_SOURCES: a source has no 'site'"),
        ({"TRIBUTE_SOURCES": '[{"url": "s3://bucket", "format": "segment", "queue": "q"}]'}, "TRIBUTE_SOURCES: give an address like"),
        ({"TRIBUTE_SOURCES": '[{"url": "s3://bucket", "format": "segment", "website": 1}]'}, "TRIBUTE_SOURCES: a source's website is text"),
        ({"TRIBUTE_SOURCES": '[{"url": "s3://bucket", "format": "segment", "list_seconds": 0}]'}, "TRIBUTE_SOURCES: give a number above 0"),
        (
            {"TRIBUTE_SOURCES": '[{"url": "s3://bucket/", "format": "segment"}, {"url": "s3://bucket", "format": "firehose"}]'},
            "TRIBUTE_SOURCES: two sources have the same url",
        ),
        (
            {
                "TRIBUTE_SOURCES": '[{"url": "s3://bucket", "format": "segment", "queue": "https://sqs.example/q"}, '
                '{"url": "s3://other", "format": "segment", "queue": "https://sqs.example/q"}]'
            },
            "TRIBUTE_SOURCES: two sources have the same queue",
        ),
        ({"TRIBUTE_S3_ENDPOINT": "127.0.0.1:9000"}, "TRIBUTE_S3_ENDPOINT: give an address like"),
        ({"TRIBUTE_S3_ENDPOINT": "http://u:hidden@h"}, "TRIBUTE_S3_ENDPOINT: give an address like"),
        ({"TRIBUTE_S3_ENCRYPTION": "ROT13"}, "TRIBUTE_S3_ENCRYPTION: give AES256, aws:kms"),
        ({"TRIBUTE_OIDC_ISSUER": "http://issuer.example"}, "TRIBUTE_OIDC_ISSUER: give the issuer's https address"),
        ({"TRIBUTE_OIDC_ISSUER": "https://u:p@issuer.example"}, "TRIBUTE_OIDC_ISSUER: give the issuer's https address"),
        ({"TRIBUTE_OIDC_ISSUER": "https://issuer.example/"}, "OIDC_AUDIENCE: OIDC_ISSUER is set, so say"),
        ({"TRIBUTE_OIDC_AUDIENCE": " , "}, "TRIBUTE_OIDC_AUDIENCE: give what tokens for this server have"),
        ({"TRIBUTE_OIDC_AFFILIATE_CLAIM": ""}, "TRIBUTE_OIDC_AFFILIATE_CLAIM: give the name of a claim"),
        ({"TRIBUTE_BUFFER_SECONDS": "0"}, "TRIBUTE_BUFFER_SECONDS: give a number above 0, at most 86400"),
        ({"TRIBUTE_BUFFER_SECONDS": "nan"}, "TRIBUTE_BUFFER_SECONDS: give a number"),
        ({"TRIBUTE_BUFFER_MIB": "-1"}, "TRIBUTE_BUFFER_MIB: give a number"),
        ({"TRIBUTE_RATE_LIMIT": "1.5"}, "TRIBUTE_RATE_LIMIT: give a whole number above 0"),
        ({"TRIBUTE_SECRET_KEY": "short"}, "TRIBUTE_SECRET_KEY: is too short; use at least 32"),
        ({"TRIBUTE_TRUSTED_PROXIES": "10.0.0.1,nonsense"}, "TRIBUTE_TRUSTED_PROXIES: give addresses or networks"),
        ({"TRIBUTE_LOG_FORMAT": "xml"}, "TRIBUTE_LOG_FORMAT: give text or json"),
        ({"TRIBUTE_HOME": ""}, "TRIBUTE_HOME: give the path of a folder"),
    ],
)
def test_environment(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence) as error:
        load_settings({}, environ)
    assert "hidden" not in str(error.value)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ("port = '80 80'", r"port in .*tribute\.toml: give a port"),
        ("port = true", "port in .*: give a port"),
        ("port = 1.0", "port in .*: give a port"),
        ("host = 1", "host in .*: give it as text"),
        ("trusted_proxies = [1]", "trusted_proxies in .*: give addresses"),
        ("prot = 1", r"prot in .*: no such setting; did you mean port\?"),
        ("PORT = 1", "write it as port"),
        ("home = '/x'", "HOME says where this file is"),
        ("port = ", r"tribute\.toml: is not TOML"),
        ("secret_key_file = 3", "secret_key_file in .*: give the file's path"),
        ("buffer_seconds = inf", "buffer_seconds in .*: give a number"),
    ],
)
def test_file(tmp_path: Path, config: str, sentence: str) -> None:
    (tmp_path / "tribute.toml").write_text(config, "utf-8")
    with pytest.raises(InvalidInputError, match=sentence):
        load_settings({"HOME": tmp_path}, {})


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "tribute.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidInputError, match="is not TOML"):
        load_settings({"HOME": tmp_path}, {})


def test_flags_are_named_as_people_write_them() -> None:
    with pytest.raises(InvalidInputError, match=r"^--port: give a port"):
        load_settings({"PORT": "x"}, {})


@given(st.sampled_from([setting.name for setting in SETTINGS if setting.name != "HOME"]), st.text(st.characters(exclude_characters="\x00")))
def test_any_text_is_a_value_or_invalid_input(name: str, value: str) -> None:
    with suppress(InvalidInputError):
        load_settings({"HOME": Path("/nonexistent")}, {f"TRIBUTE_{name}": value})
