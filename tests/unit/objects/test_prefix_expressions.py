"""An expression stands for the prefixes that a person, or Firehose's own setting, means by it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.objects.s3.address import BucketAddress, PrefixExpression


@pytest.mark.parametrize(
    ("expression", "literal", "begun", "others"),
    [
        ("", "", ["", "a/b"], []),
        ("events/2026/", "events/2026/", ["events/2026/11/x"], ["events/2025/x", "events/2026"]),
        ("events/2026/1[01]/", "events/2026/1", ["events/2026/10/x", "events/2026/11/"], ["events/2026/12/x", "events/2026/1"]),
        ("logs/*/2026", "logs/", ["logs/src-1/2026-11-23/f.gz"], ["logs/a/b/2026/f.gz", "logs/2026"]),
        ("logs/**/2026", "logs/", ["logs/a/b/2026/f.gz"], ["logs/2026"]),
        ("a?c", "a", ["abc", "abcd"], ["a/c", "ac"]),
        ("x[!0-8]y", "x", ["x9y", "xay"], ["x3y", "x/y"]),
        ("x[[]0].gz", "x", ["x[0].gz"], ["x0.gz"]),
        ("a.b+c", "a.b+c", ["a.b+c/d"], ["axb+c", "a.bbc"]),
        ("p/!{timestamp:yyyy/MM/dd/HH}/", "p/", ["p/2026/11/23/04/s-1-x"], ["p/2026/11/23/x", "p/26/11/23/04/"]),
        ("p/!{timestamp:'year='yyyy'/month='MM}/", "p/", ["p/year=2026/month=11/x"], ["p/2026/11/x"]),
        ("p/!{timestamp:MMM}-!{firehose:random-string}", "p/", ["p/Nov-0123456789A"], ["p/11"]),
        ("failed/!{firehose:error-output-type}/", "failed/", ["failed/processing-failed/2026"], ["failed/2026"]),
        ("site=!{partitionKeyFromQuery:site}/", "site=", ["site=a.example/x"], ["site=/x"]),
    ],
)
def test_expressions(expression: str, literal: str, begun: list[str], others: list[str]) -> None:
    read = PrefixExpression(expression)
    assert read.literal == literal
    assert [key for key in begun if not read.matches(key)] == []
    assert [key for key in others if read.matches(key)] == []


@pytest.mark.parametrize(
    ("expression", "told"),
    [("a[01", "not closed"), ("!{timestamp:yyyy", "Firehose's expressions"), ("!{firehose:x}", "no expression"), ("a[9-0]", "no choice")],
)
def test_what_is_no_expression_is_refused(expression: str, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        PrefixExpression(expression)


@given(st.text("ab/*?[]!-01{}:\\^&~|", max_size=12), st.text("ab/[]-01\\^", max_size=12))
def test_any_text_is_an_expression_or_refused(expression: str, key: str) -> None:
    try:
        read = PrefixExpression(expression)
    except ValueError:
        return
    assert expression.startswith(read.literal)
    assert read.matches(key) in (True, False)
    if read.literal == expression:
        assert read.matches(key) == key.startswith(expression)


@pytest.mark.parametrize(
    ("text", "bucket", "prefix"),
    [("s3://abc", "abc", ""), ("s3://abc/", "abc", ""), ("s3://my.bucket-1/a/b", "my.bucket-1", "a/b"), ("s3://abc//x", "abc", "/x")],
)
def test_addresses(text: str, bucket: str, prefix: str) -> None:
    assert BucketAddress.parse(text) == BucketAddress(bucket, prefix)


@pytest.mark.parametrize(
    "text", ["", "s3:/abc", "s3://", "s3://ab/x", "s3://UPPER/x", "s3://a_b_c/x", "s3://-abc/x", "s3://abc/\n", "https://abc/x"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"give s3://|printable"):
        BucketAddress.parse(text)
