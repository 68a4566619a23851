"""The tokenizer of Timestream's SQL: whatever the text, its tokens spell it, or it is refused with a place inside of it."""

import re
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tribute.analytics.timestream.errors import TimestreamQueryError
from tribute.analytics.timestream.reading import read
from tribute.analytics.timestream.tokens import Kind, tokens

SIGNS = """
    7d 15m 1h 3us 5ns 2000ns 7days measure_value::bigint measure_value :: 'it''s' "ab" ' " --x /* */ SELECT FROM time + 1.5e3 .5 1.
    ( ) [ ] , -> <> || ; ä \x00
"""
PIECES = st.sampled_from(SIGNS.split())
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map("".join), st.lists(PIECES, max_size=12).map(" ".join))
Result = TypeVar("Result")
BETWEEN = re.compile(r"(?:[ \t\r\n\f\v]|--[^\r\n]*|/\*.*?\*/)*", re.DOTALL)


def within(text: str, error: TimestreamQueryError) -> bool:
    lines = text.split("\n")
    if error.line is None or error.column is None:
        return False
    return 1 <= error.line <= len(lines) and 1 <= error.column <= len(lines[error.line - 1]) + 1


def attempted(work: Callable[[str], Result], text: str) -> tuple[Result | None, TimestreamQueryError]:
    try:
        return work(text), TimestreamQueryError("")
    except TimestreamQueryError as error:
        return None, error


@given(TEXTS)
@example("")
@example('""')
@example("1e5d")
@example("99999999999999999999d")
def test_tokens_spell_the_text_or_it_is_refused_with_a_place(text: str) -> None:
    found, refused = attempted(tokens, text)
    if found is None:
        assert within(text, refused)
        return
    place = 0
    for token in found:
        assert BETWEEN.fullmatch(text[place : token.start])
        assert token.end > token.start
        place = token.end
    assert BETWEEN.fullmatch(text[place:])


@given(TEXTS)
@example("SELECT 1 FROM")
@example("SELECT ((((")
@example("SELECT 'a' 'b'")
def test_reading_gives_a_tree_or_a_refusal_with_a_place(text: str) -> None:
    tree, refused = attempted(read, text)
    assert tree is not None or within(text, refused)


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [("7d", 604_800_000_000), ("7day", 604_800_000_000), ("1h", 3_600_000_000), ("30m", 1_800_000_000), ("3s", 3_000_000), ("2ms", 2000)],
)
def test_an_interval_is_one_token_of_microseconds(text: str, microseconds: int) -> None:
    [token] = tokens(text)
    assert (token.kind, token.value) == (Kind.INTERVAL, str(microseconds))


@pytest.mark.parametrize(
    ("text", "problem"), [("1ns", "times are kept to the microsecond"), ("1.5h", "is no interval"), ("9999999999d", "long")]
)
def test_an_interval_that_cannot_be_kept_is_refused(text: str, problem: str) -> None:
    with pytest.raises(TimestreamQueryError, match=problem):
        tokens(text)


def test_a_measure_with_its_type_is_one_name() -> None:
    assert [token.value for token in tokens('t.measure_value::BIGINT + "measure_value"::bigint')] == [
        *("t", ".", "measure_value::bigint"),
        *("+", "measure_value::bigint"),
    ]
