"""Names and e-mail addresses keep what people wrote and refuse what cannot be shown or sent to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.kit.errors import InvalidInputError
from tribute.ledger.rules.text import checked_email, checked_name, email_key, is_storable, name_key


def test_white_space_in_names_is_put_in_order() -> None:
    assert checked_name("  Ada \t  Lovelace\n") == "Ada Lovelace"


@pytest.mark.parametrize("name", ["می\u200cخواهم", "Zoë", "O'Neill & Söhne", "👩\u200d🏫 School", "[bold]x[/]"])
def test_names_of_all_the_world_are_kept(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize("name", ["", "  ", "a" * 101, "a\x00b", "a\u202eb", "a\x1b[31m", "\ud800"])
def test_names_that_cannot_be_shown_are_refused(name: str) -> None:
    with pytest.raises(InvalidInputError, match=r"^name: "):
        checked_name(name)


@pytest.mark.parametrize("email", ["ada@example.com", "Ada.L+x@Sub.Example.com", "jürgen@müller.de", "a@localhost"])
def test_addresses_are_kept_as_written(email: str) -> None:
    assert checked_email(f" {email} ") == email


@pytest.mark.parametrize(
    "email", ["", "ada", "@example.com", "ada@", "a b@x.com", "a@b@c..d", "a@x.com\nBcc: b@y.com", "a" * 65 + "@x.com"]
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(InvalidInputError, match=r"^email: "):
        checked_email(email)


def test_case_makes_no_difference_to_keys() -> None:
    assert email_key(" ADA@Example.com ") == email_key("ada@example.COM")
    assert name_key("Course  A") == name_key("course a")


@given(st.text())
def test_any_text_is_storable_or_refused(text: str) -> None:
    for check in (checked_name, checked_email):
        try:
            assert is_storable(check(text))
        except InvalidInputError:
            continue
