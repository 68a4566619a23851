"""A sign-up page says what is offered, keeps what was typed with what is wrong, and takes an application once, with the accepted terms."""

import html

import pytest

from tests.support.joining import SignUpPage
from tests.support.portal import Portal
from tribute.office.sign_ups import SignUpChange


@pytest.fixture
def page(portal: Portal) -> SignUpPage:
    return SignUpPage(portal)


def test_the_offer_in_plain_words(portal: Portal, page: SignUpPage) -> None:
    told = html.unescape(portal.client().get("/join/partners").text)
    for words in ("Come in!", "Pays 50 % of every sale.", "the 90 days before it", "confirmed 30 days after", "course.example", "No spam."):
        assert words in told
    assert "How many people read you?" in told


def test_an_application_waits_with_its_answers_and_the_terms_accepted(portal: Portal, page: SignUpPage) -> None:
    answer = page.apply(**{"answer-1": "Line one\nLine two", "answer-2": "Film"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/join/partners/thanks")
    [seen] = page.waiting()
    record = seen.record
    assert (record.name, record.email, record.code, record.promotes) == ("Ada Lovelace", "ada@lovelace.example", "ada", "My blog")
    assert [one.answer for one in record.answers] == ["1,000", "Line one\nLine two", "Film", "Yes"]
    assert record.at == portal.clock.now()
    assert record.terms_id == portal.ledger.joining.offer("partners").terms_id
    assert "those who run it" in portal.client().get("/join/partners/thanks").text


def test_what_is_wrong_stands_beside_its_field(page: SignUpPage) -> None:
    answer = page.apply(name="", email="nobody", code="a b", **{"answer-0": "", "answer-2": "Dance", "answer-3": "", "terms": ""})
    told = html.unescape(answer.text)
    assert answer.status_code == 422
    for field in ("name", "email", "code", "answer-0", "answer-2", "answer-3", "terms"):
        assert f'id="problem-{field}"' in told
        assert f'href="#{field}"' in told
    assert 'value="nobody"' in told
    assert page.count() == 0


def test_terms_that_changed_meanwhile_are_read_again(portal: Portal, page: SignUpPage) -> None:
    client = portal.client()
    form = page.form(client)
    page.set(SignUpChange(terms_text="Be very honest."))
    answer = page.send(client, form)
    assert answer.status_code == 422
    assert "have changed" in answer.text.lower()


def test_a_form_sent_twice_counts_once(portal: Portal, page: SignUpPage) -> None:
    client = portal.client()
    form = page.form(client)
    answers = [page.send(client, form) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert page.count() == 1


def test_programs_that_fill_in_everything_are_thanked_and_forgotten(page: SignUpPage) -> None:
    assert page.apply(fax="yes").status_code == 303
    assert page.count() == 0


def test_unpublished_and_unknown_pages_are_not_there(portal: Portal, page: SignUpPage) -> None:
    page.set(SignUpChange(is_published=False))
    for path in ("/join/partners", "/join/nobody", "/join/partners/thanks", "/join/partners/code?code=x", "/join/%00"):
        assert portal.client().get(path).status_code == 404


def test_a_flood_from_one_network_ends(portal: Portal, page: SignUpPage) -> None:
    client = portal.client()
    statuses = [page.apply(client, email=f"a{number}@x.example", code=f"code{number}").status_code for number in range(12)]
    assert statuses == [303] * 10 + [429] * 2
    assert page.count() == 10
