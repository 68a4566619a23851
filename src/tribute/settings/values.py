"""How the text of a setting, or its TOML value, becomes a typed value. Each reader says in its ValueError what would be right."""

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from tribute.kit.origins import is_private_way
from tribute.objects.s3.address import BucketAddress, PrefixExpression, is_bucket_address

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_MIN_SECRET = 32


def as_path(value: Any) -> Path:
    """A folder; `~` is the user's own."""
    if isinstance(value, Path):
        return value
    text = _text(value)
    if not text or "\x00" in text:
        raise ValueError("give the path of a folder")
    return Path(text)


def as_host(value: Any) -> str:
    """A host name or address to listen on."""
    text = _text(value)
    if not re.fullmatch(r"[A-Za-z0-9._:-]{1,253}", text):
        raise ValueError("give a host name or address, such as 127.0.0.1, without a port")
    return text


def as_port(value: Any) -> int:
    """A TCP port."""
    port = _number(value, int)
    if port is None or not 0 <= port <= 65_535:
        raise ValueError("give a port from 0 to 65535")
    return int(port)


def positive(kind: type[int] | type[float], most: int) -> Callable[[Any], int | float]:
    """A reader of numbers above zero."""

    def read(value: Any) -> int | float:
        number = _number(value, kind)
        if number is None or not 0 < number <= most:
            raise ValueError(f"give a {'whole ' if kind is int else ''}number above 0, at most {most}")
        return number

    return read


def as_public_url(value: Any) -> str:
    """The address people use: scheme and host, perhaps a port; no path, because Tribute's own begin at the root."""
    text = _text(value)
    parts = _split(text)
    wrong = (
        parts is None
        or parts.scheme not in {"http", "https"}
        or not parts.hostname
        or parts.username is not None
        or parts.path not in {"", "/"}
    )
    if parts is None or wrong or parts.query or parts.fragment or not text.isprintable() or " " in text:
        raise ValueError("give an address like https://affiliates.example.com, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def as_database_url(value: Any) -> str:
    """A SQLite file by its absolute path, or a PostgreSQL database. What is wrong is never repeated, because a password may be in it."""
    text = _text(value)
    scheme, separator, rest = text.partition("://")
    if separator and scheme in {"postgresql+psycopg", "postgresql", "postgres"}:
        return f"postgresql+psycopg://{_checked_postgresql(rest)}"
    path = text.removeprefix("sqlite:///")
    if path == text or not Path(path).is_absolute() or "?" in path or "\x00" in path:
        raise ValueError(
            "give postgresql+psycopg://user:password@host/database or sqlite:////absolute/path/to/tribute.db, "
            "or leave it out for the home's own SQLite file"
        )
    return text


def _checked_postgresql(rest: str) -> str:
    """What follows the scheme; the host may be left out for a local socket."""
    parts = _split(f"postgresql://{rest}")
    if parts is None or not rest.isprintable() or " " in rest:
        raise ValueError("is no address; signs like @ : / # in a password are written as %40 %3A %2F %23")
    if len(parts.path) < 2 or "/" in parts.path[1:] or parts.fragment:
        raise ValueError("name the database: postgresql+psycopg://user:password@host/database")
    return rest


def as_objects_url(value: Any) -> str:
    """A local folder by its absolute path, or a bucket with a prefix."""
    text = _text(value)
    if is_bucket_address(text):
        address = BucketAddress.parse(text)
        if PrefixExpression(address.prefix).literal != address.prefix:
            raise ValueError("give one prefix, without * ? [ or !{")
        return str(address)
    parts = _split(text)
    if parts is None or parts.scheme != "file" or parts.netloc not in {"", "localhost"} or parts.query or parts.fragment:
        raise ValueError("give s3://bucket/prefix or file:///absolute/path, or leave it out for the home's own folder")
    path = unquote(parts.path)
    if not path.startswith("/") or "\x00" in path:
        raise ValueError("give the folder's absolute path: file:///absolute/path")
    return Path(path).as_uri()


def as_endpoint(value: Any) -> str:
    """The address of a server other than AWS's."""
    text = _text(value).rstrip("/")
    parts = _split(text)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None or parts.query:
        raise ValueError("give an address like http://127.0.0.1:9000, without a user")
    return text


def as_issuer(value: Any) -> str:
    """An OpenID Connect issuer, to the letter as it names itself in its tokens; some end with a slash."""
    text = _text(value)
    parts = _split(text)
    if parts is None or not is_private_way(text) or parts.username is not None or parts.query or parts.fragment or not text.isprintable():
        raise ValueError("give the issuer's https address, as its tokens have it in `iss`")
    return text


def as_audience(value: Any) -> tuple[str, ...]:
    """Names of applications, as a list or with commas."""
    entries = value if isinstance(value, list) else _text(value).split(",")
    names = tuple(name for entry in entries if (name := _text(entry)))
    if not names:
        raise ValueError("give what tokens for this server have in `aud`, such as the application's client id")
    return names


def as_claim(value: Any) -> str:
    """A claim of a token, at its top."""
    text = _text(value)
    if not 0 < len(text) <= 200 or not text.isprintable():
        raise ValueError("give the name of a claim, such as affiliate_id, email or custom:affiliate_id")
    return text


def as_encryption(value: Any) -> str:
    """How the S3 server shall encrypt, in the words of its own header."""
    text = _text(value)
    if text not in {"AES256", "aws:kms", "aws:kms:dsse"} and not re.fullmatch(r"aws:kms:[A-Za-z0-9:/_-]{1,2048}", text):
        raise ValueError("give AES256, aws:kms, or aws:kms: followed by a key's id or ARN")
    return text


def as_stream_name(value: Any) -> str:
    """The name of a Firehose stream."""
    text = _text(value)
    if not re.fullmatch(r"[a-zA-Z0-9_.-]{1,64}", text):
        raise ValueError("give the stream's name alone: letters, digits and . _ -, at most 64")
    return text


def as_region(value: Any) -> str:
    """A region of AWS's, or what another server calls so."""
    text = _text(value)
    if not re.fullmatch(r"[a-z0-9-]{1,64}", text):
        raise ValueError("give a region's name, such as eu-central-1")
    return text


def as_secret_key(value: Any) -> str:
    """A secret that nobody guesses; only its length can be checked."""
    text = _text(value)
    if len(text) < _MIN_SECRET:
        raise ValueError(f"is too short; use at least {_MIN_SECRET} random characters, or leave it out and one is made")
    return text


def as_networks(value: Any) -> tuple[Network, ...]:
    """Addresses and networks, as a list or with commas."""
    entries = value if isinstance(value, list) else _text(value).split(",")
    try:
        return tuple(ipaddress.ip_network(_text(entry)) for entry in entries if _text(entry))
    except ValueError as error:
        raise ValueError("give addresses or networks with commas between them, such as 10.0.0.1, 192.168.0.0/16") from error


def as_log_format(value: Any) -> str:
    """`text` for people, `json` for programs."""
    text = _text(value)
    if text not in {"text", "json"}:
        raise ValueError("give text or json")
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("give it as text")
    return value.strip()


def _number(value: Any, kind: type[int] | type[float]) -> int | float | None:
    """The finite number, or None. Only ASCII digits, one point: what Python also takes (`1_0`, `1e3`, `nan`) is nobody's intention."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int) or (isinstance(value, float) and kind is float):
        return kind(value)
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,12}" if kind is int else r"[0-9]{1,12}(\.[0-9]{1,9})?", value.strip()):
        return None
    return kind(value)


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        _ = parts.port  # reading it checks it
    except ValueError:
        return None
    return parts
