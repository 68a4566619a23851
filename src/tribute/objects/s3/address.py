"""Addresses in S3: `s3://bucket/prefix`, and expressions that stand for many prefixes. Pure; used by settings, commands and the loader."""

import re
from dataclasses import dataclass

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_SCHEME = "s3://"

_DYNAMIC = re.compile(r"!\{(timestamp|firehose|partitionKeyFromQuery|partitionKeyFromLambda):([^{}]+)\}")
_JAVA_FIELD = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']")
_OF_FIREHOSE = {"random-string": "[0-9A-Za-z]{11}", "error-output-type": "[a-z-]+"}
_SPECIAL = re.compile(r"!\{|[*?\[]")


@dataclass(frozen=True, slots=True)
class BucketAddress:
    """A bucket, and what its keys begin with."""

    bucket: str
    prefix: str

    @classmethod
    def parse(cls, text: str) -> "BucketAddress":
        """Read `s3://bucket/prefix`. Raises ValueError with what would be right."""
        bucket, _, prefix = text.removeprefix(_SCHEME).partition("/")
        if not text.startswith(_SCHEME) or not _BUCKET.fullmatch(bucket):
            raise ValueError("give s3://bucket/prefix, with the bucket's name of 3 to 63 lower-case letters, digits, dots and hyphens")
        if not prefix.isprintable() or len(prefix.encode()) > 1024:
            raise ValueError("a prefix has at most 1024 printable characters")
        return cls(bucket, prefix)

    def __str__(self) -> str:
        return f"{_SCHEME}{self.bucket}/{self.prefix}"


class PrefixExpression:
    """What keys begin with: plain text, shell patterns and Firehose's own expressions, so that its setting can be pasted as it is.

    `?` is one character and `*` any number within a part of the path, `**` also across parts, `[01]`, `[0-3]` and `[!0]` one of these;
    `!{timestamp:yyyy/MM}`, `!{firehose:random-string}` and `!{partitionKeyFromQuery:name}` are what Firehose writes for them.
    """

    def __init__(self, text: str) -> None:
        """Raises ValueError for an expression that is not closed or not known."""
        special = _SPECIAL.search(text)
        self.literal = text[: special.start()] if special else text
        """What every key begins with: all that needs listing."""
        self._pattern = re.compile(_as_regex(text), re.DOTALL) if special else None

    def matches(self, key: str) -> bool:
        """Whether a key begins as the expression says."""
        return key.startswith(self.literal) and (self._pattern is None or self._pattern.match(key) is not None)


def is_bucket_address(text: str) -> bool:
    """Whether a text means a bucket and no path."""
    return text.startswith(_SCHEME)


def _as_regex(text: str) -> str:
    parts: list[str] = []
    at = 0
    while at < len(text):
        if text.startswith("!{", at):
            dynamic = _DYNAMIC.match(text, at)
            if dynamic is None:
                raise ValueError("'!{' begins one of Firehose's expressions, such as !{timestamp:yyyy/MM/dd}, and this is none")
            parts.append(_dynamic(dynamic[1], dynamic[2]))
            at = dynamic.end()
        elif text[at] == "[":
            end = text.find("]", at + 2)
            if end < 0:
                raise ValueError("'[' is not closed; a '[' in keys is written as [[]")
            parts.append(_choice(text[at + 1 : end]))
            at = end + 1
        elif text.startswith("**", at):
            parts.append(".*")
            at += 2
        else:
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(text[at]) or re.escape(text[at]))
            at += 1
    return "".join(parts)


def _choice(inside: str) -> str:
    negated, inside = inside.startswith("!"), inside.removeprefix("!")
    escaped = re.sub(r"([\\\]\[^&~|])", r"\\\1", inside)
    try:
        re.compile(f"[{escaped}]")
    except re.error as error:
        raise ValueError(f"'[{inside}]' is no choice of characters") from error
    return f"[{'^/' if negated else ''}{escaped}]"


def _dynamic(kind: str, name: str) -> str:
    if kind == "timestamp":
        return "".join(_java_field(found) for found in _JAVA_FIELD.finditer(name))
    if kind == "firehose":
        if name not in _OF_FIREHOSE:
            raise ValueError(f"Firehose has no expression !{{firehose:{name}}}; there are {', '.join(_OF_FIREHOSE)}")
        return _OF_FIREHOSE[name]
    return "[^/]+"


def _java_field(found: re.Match[str]) -> str:
    """What a field of a Java date format comes to: numbers, or text of letters."""
    if found[1] is not None:
        return re.escape(found[1].replace("''", "'") or "'")
    if found[2] is None:
        return re.escape(found[0])
    width = len(found[0])
    if found[2] in "MLEaGzZ" and (width > 2 or found[2] not in "ML"):
        return r"[A-Za-z0-9.:+-]+"
    return rf"\d{{{width}}}" if width > 1 else r"\d+"
