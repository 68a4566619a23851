"""What an owner types becomes one bare host, or an error that says what to give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.kit.errors import InvalidInputError
from tribute.ledger.rules.domains import checked_domain, is_host, normalised_host, with_parents


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("example.com", "example.com"),
        (" Example.COM. ", "example.com"),
        ("https://www.example.com/", "example.com"),
        ("http://shop.example.com:8080", "shop.example.com"),
        ("www.com", "www.com"),
        ("Straße.de", "xn--strae-oqa.de"),
        ("XN--STRAE-OQA.de", "xn--strae-oqa.de"),
        ("例え.jp", "xn--r8jz45g.jp"),
        ("localhost:3000", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::0:1]:80", "::1"),
    ],
)
def test_typed_domains(typed: str, domain: str) -> None:
    assert checked_domain(typed) == domain


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            " ",
            "example",
            "a b.com",
            "exa_mple..com",
            "-a.com",
            "a-.com",
            "1.2.3",
            "256.1.1.1",
            "ftp://example.com",
            "user@example.com",
        ),
        *("example.com/blog", "example.com?x=1", "x" * 64 + ".com", "a." * 127 + "com", "fe80::1%eth0", "exa\x00mple.com", "\ud800.com"),
    ],
)
def test_what_is_no_website_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInputError, match=r"^domain: "):
        checked_domain(typed)


def test_an_address_with_a_path_says_which_part_to_give() -> None:
    with pytest.raises(InvalidInputError, match=r"give example\.com without what follows"):
        checked_domain("https://example.com/courses?page=2")


def test_parents_are_nearest_first() -> None:
    assert with_parents("a.b.example.com") == ["a.b.example.com", "b.example.com", "example.com", "com"]
    assert with_parents("10.0.0.1") == ["10.0.0.1"]


@given(st.text() | st.from_regex(r"(https?://)?[\w.\-\[\]:%]{0,80}(/.*)?", fullmatch=True))
def test_any_text_is_a_stable_domain_or_invalid_input(typed: str) -> None:
    try:
        domain = checked_domain(typed)
    except InvalidInputError:
        return
    assert domain.isascii()
    assert domain == domain.lower()
    assert checked_domain(f"[{domain}]" if ":" in domain else domain) == domain


@given(st.text())
def test_any_text_is_a_host_or_none(host: str) -> None:
    normal = normalised_host(host)
    assert (normal is not None) == is_host(host)
    if normal is not None:
        assert with_parents(normal)[0] == normal
