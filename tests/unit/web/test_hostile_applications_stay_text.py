"""Whatever strangers write is kept and shown as text: markup, formulas, signs that nobody sees, other directions, far too much of it."""

import html

import pytest

from tests.support.joining import SignUpPage
from tests.support.portal import Portal
from tribute.ledger.rules.sign_up import plain_text

MARKUP = "<script>alert(1)</script><b onclick=x>"


@pytest.fixture
def page(portal: Portal) -> SignUpPage:
    return SignUpPage(portal)


def test_markup_is_shown_as_it_is(portal: Portal, page: SignUpPage) -> None:
    assert page.apply(name=MARKUP, promotes=MARKUP, **{"answer-0": MARKUP}).status_code == 303
    back = page.apply(name=MARKUP, email="x", promotes=MARKUP, **{"answer-0": MARKUP}).text
    assert MARKUP not in back
    assert html.escape(MARKUP, quote=False).replace("&lt;", "&lt;") in back


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("a\x00b\x1b[31mc\u202ed\u2066e", "ab[31mcde"),
        ("\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("one\r\n\r\n\r\n\r\ntwo  three\t", "one\n\ntwo three"),
        ("\ud800lone", "lone"),
    ],
)
def test_signs_that_nobody_sees_are_left_out(told: str, kept: str) -> None:
    assert plain_text(told, lines=True) == kept


def test_far_too_much_is_refused_by_name(page: SignUpPage) -> None:
    answer = page.apply(promotes="x" * 2_001, **{"answer-0": "y" * 201, "answer-1": "\U0001f600" * 2_001})
    told = html.unescape(answer.text)
    assert answer.status_code == 422
    assert "is 2001 characters long; 2000 is the most" in told
    assert "is 201 characters long; 200 is the most" in told
    assert page.apply(**{"answer-1": "\U0001f600" * 2_000}).status_code == 303


def test_a_body_beyond_any_form_is_refused(portal: Portal, page: SignUpPage) -> None:
    client = portal.client()
    assert page.send(client, page.form(client, promotes="x" * 400_000)).status_code in {400, 413}
    assert page.count() == 0
