"""A code is 2 to 64 plain characters, without case, and never looks like an id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.kit.errors import InvalidInputError
from tribute.kit.ids import is_id, new_id
from tribute.ledger.rules.codes import checked_code, normalised_code


@pytest.mark.parametrize(("typed", "code"), [("Ada", "ada"), (" ada_L-1 ", "ada_l-1"), ("42", "42"), ("a" * 64, "a" * 64)])
def test_codes_are_kept_in_lower_case(typed: str, code: str) -> None:
    assert checked_code(typed) == code


@pytest.mark.parametrize("typed", ["", "a", "a" * 65, "a b", "ada!", "ädä", "K\u212a", "a\x00b", "\ud800\ud800", "a\nb", "ada\n\n."])
def test_other_characters_and_lengths_are_refused(typed: str) -> None:
    with pytest.raises(InvalidInputError, match=r"^code: use 2 to 64"):
        checked_code(typed)


@pytest.mark.parametrize("prefix", ["aff", "web", "xyz"])
def test_a_code_shaped_like_an_id_is_refused(prefix: str) -> None:
    for typed in (new_id(prefix), new_id(prefix).upper()):
        with pytest.raises(InvalidInputError, match="shape of an id"):
            checked_code(typed)
        assert normalised_code(typed) is None


@given(st.text() | st.from_regex(r"[\w-]{1,66}", fullmatch=True))
def test_any_text_is_a_stable_code_or_invalid_input(typed: str) -> None:
    try:
        code = checked_code(typed)
    except InvalidInputError:
        return
    assert normalised_code(code.upper()) == checked_code(code) == code
    assert not is_id(code)
