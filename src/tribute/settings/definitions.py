"""What can be set: `SETTINGS`, the one list that help and documentation are made from, and the typed `Settings` that a run goes by."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from tribute.kit.errors import InvalidInputError, UnavailableError
from tribute.settings.mail import SmtpSetting, as_smtp
from tribute.settings.sources import SourceSetting, as_sources
from tribute.settings.values import (
    Network,
    as_audience,
    as_claim,
    as_database_url,
    as_encryption,
    as_endpoint,
    as_host,
    as_issuer,
    as_log_format,
    as_networks,
    as_objects_url,
    as_path,
    as_port,
    as_public_url,
    as_region,
    as_secret_key,
    as_stream_name,
    positive,
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What can be set. `default` is told to people; `read` turns a text or a TOML value into the typed one or raises ValueError."""

    name: str
    type: str
    default: str
    help: str
    read: Callable[[Any], Any]
    from_file: bool = False
    """Whether `<name>_FILE` may name a file that holds the value, for secrets."""


SETTINGS: Final = (
    Setting("HOME", "folder", "the platform's data folder", "Where everything is kept; the flag is `--home`.", as_path),
    Setting("HOST", "host name or address", "127.0.0.1", "Where the server listens; 0.0.0.0 for every interface.", as_host),
    Setting("PORT", "0 to 65535", "8000", "The port it listens on; 0 takes any that is free.", as_port),
    Setting(
        "PUBLIC_URL",
        "http(s) address",
        "http://HOST:PORT",
        "The address people use, where a proxy stands before the server.",
        as_public_url,
    ),
    Setting(
        "DATABASE_URL",
        "sqlite:///path or postgresql+psycopg://user:password@host/database",
        "tribute.db in the home",
        "The ledger's database.",
        as_database_url,
        from_file=True,
    ),
    Setting(
        "OBJECTS_URL",
        "file:///path or s3://bucket/prefix",
        "objects/ in the home",
        "Where delivered events are kept for good.",
        as_objects_url,
    ),
    Setting("S3_ENDPOINT", "http(s) address", "AWS", "The server that s3:// addresses mean, where it is not AWS's.", as_endpoint),
    Setting(
        "S3_ENCRYPTION",
        "AES256, aws:kms or aws:kms:KEY",
        "the bucket's own",
        "What the S3 server shall encrypt our objects with.",
        as_encryption,
    ),
    Setting("BUFFER_SECONDS", "seconds", "300", "Deliver after this time, or by size, whichever comes first.", positive(float, 86_400)),
    Setting("BUFFER_MIB", "MiB", "5", "Deliver at this size, or by time, whichever comes first.", positive(float, 1024)),
    Setting(
        "SECRET_KEY",
        "at least 32 characters",
        "made once, in secret.key in the home",
        "Signs and keys what only this installation may read. Processes that share a ledger must share it.",
        as_secret_key,
        from_file=True,
    ),
    Setting(
        "SMTP_URL",
        "smtp(s)://user:password@host:port?from=address",
        "none: no mails, and people copy links instead",
        "The server that sends mails; see [Mail](mail.md).",
        as_smtp,
        from_file=True,
    ),
    Setting(
        "TRUSTED_PROXIES",
        "addresses or networks, with commas",
        "none",
        "Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.",
        as_networks,
    ),
    Setting(
        "RATE_LIMIT",
        "events a second",
        "10000",
        "The most that one write key may send; beyond it senders are told to wait.",
        positive(int, 10_000_000),
    ),
    Setting(
        "SOURCES",
        "list of tables, or JSON",
        "none",
        "Buckets that others write and Tribute follows; see [Importing](importing.md#following-a-bucket).",
        as_sources,
    ),
    Setting(
        "FIREHOSE_FORWARD",
        "a stream's name",
        "none",
        "Also deliver every event into this Firehose stream; see [AWS](aws.md#into-a-firehose-stream).",
        as_stream_name,
    ),
    Setting("FIREHOSE_ENDPOINT", "http(s) address", "AWS", "The server of that stream, where it is not AWS's.", as_endpoint),
    Setting("FIREHOSE_REGION", "a region's name", "AWS_REGION", "The region of that stream.", as_region),
    Setting(
        "OIDC_ISSUER",
        "https address",
        "none",
        "Its JWTs are taken as affiliates' tokens; see [JWTs of an identity provider](moving-over.md#jwts-of-an-identity-provider).",
        as_issuer,
    ),
    Setting("OIDC_AUDIENCE", "names, with commas", "none", "What its tokens for this server have in `aud`; needed with it.", as_audience),
    Setting(
        "OIDC_AFFILIATE_CLAIM", "a claim's name", "affiliate_id", "The claim with the affiliate's code, id or e-mail address.", as_claim
    ),
    Setting("LOG_FORMAT", "text or json", "text", "How log lines look.", as_log_format),
)


class HomeUnusableError(UnavailableError):
    """The home cannot be made, read or written."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What this run goes by. Made by `load_settings`; `secret_key` None means that the home's own is taken (`tribute.home.secret_key`)."""

    home: Path
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str | None = None
    """Without a slash at the end."""
    database_url: str = field(default="", repr=False)
    """May hold a password."""
    objects_url: str = ""
    s3_endpoint: str | None = None
    s3_encryption: str | None = None
    buffer_seconds: float = 300.0
    buffer_mib: float = 5.0
    secret_key: str | None = field(default=None, repr=False)
    smtp_url: SmtpSetting | None = field(default=None, repr=False)
    trusted_proxies: tuple[Network, ...] = ()
    rate_limit: int = 10_000
    sources: tuple[SourceSetting, ...] = ()
    firehose_forward: str | None = None
    firehose_endpoint: str | None = None
    firehose_region: str | None = None
    oidc_issuer: str | None = None
    oidc_audience: tuple[str, ...] = ()
    oidc_affiliate_claim: str = "affiliate_id"
    log_format: Literal["text", "json"] = "text"

    def __post_init__(self) -> None:
        if self.oidc_issuer is not None and not self.oidc_audience:
            raise InvalidInputError("OIDC_AUDIENCE", "OIDC_ISSUER is set, so say what the issuer's tokens for this server have in `aud`")
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.home / 'tribute.db'}")
        if not self.objects_url:
            object.__setattr__(self, "objects_url", (self.home / "objects").as_uri())
