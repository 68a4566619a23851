"""The console's form of a sign-up page: saved as a whole, refused as a whole with what was typed, another version for another text."""

import html

import httpx
import pytest

from tests.support.forms import form
from tests.support.joining import OWNER, SignUpPage
from tests.support.portal import ORIGIN, Client, Portal
from tribute.access.caller import Role


@pytest.fixture
def page(portal: Portal) -> SignUpPage:
    return SignUpPage(portal)


@pytest.fixture
def owner(portal: Portal) -> Client:
    return portal.signed_in(Role.OWNER, portal.add_owner())


def save(client: Client, page: SignUpPage, **told: str) -> httpx.Response:
    path = f"/owner/programs/{page.program_id}/sign-up"
    usual = {"published": "yes", "slug": "partners", "welcome": "Come in!", "terms_text": "Be honest.\nNo spam."}
    return client.post(path, data=form(client, path, **(usual | told)), headers={"origin": ORIGIN})


def test_the_whole_page_is_saved(portal: Portal, page: SignUpPage, owner: Client) -> None:
    before = portal.ledger.joining.draft(OWNER, "Partners")
    told = {
        "text-0": " How  many? ",
        "kind-0": "short",
        "required-0": "yes",
        "text-3": "Which?",
        "kind-3": "choice",
        "choices-3": "A\n\nB\nA",
    }
    answer = save(owner, page, slug="Join-Us", published="", **told)
    assert answer.status_code == 303
    after = portal.ledger.joining.draft(OWNER, "Partners")
    assert (after.slug, after.is_published, after.terms_id) == ("join-us", False, before.terms_id)
    assert [(one.text, one.kind, one.required, one.choices) for one in after.questions] == [
        ("How many?", "short", True, ()),
        ("Which?", "choice", False, ("A", "B")),
    ]
    shown = html.unescape(owner.get(answer.headers["location"]).text)
    assert "Nobody sees the page yet" in shown
    assert 'value="How many?"' in shown


def test_another_text_is_another_version(portal: Portal, page: SignUpPage, owner: Client) -> None:
    before = portal.ledger.programs.history(OWNER, "Partners")
    assert save(owner, page, terms_text="Be very honest.").status_code == 303
    after = portal.ledger.programs.history(OWNER, "Partners")
    assert len(after) == len(before) + 1
    assert (after[-1].version.terms.text, after[-1].version.terms.rules) == ("Be very honest.", before[-1].version.terms.rules)


def test_what_is_wrong_changes_nothing_and_is_kept(portal: Portal, page: SignUpPage, owner: Client) -> None:
    before = portal.ledger.joining.draft(OWNER, "Partners")
    for told, problem in (
        ({"slug": "a b"}, "use 1 to 64"),
        ({"text-0": "Which?", "kind-0": "choice", "choices-0": "A"}, "Question 1: give 2 to 20"),
        ({"welcome": "x" * 2_001}, "2001 characters"),
    ):
        answer = save(owner, page, **told)
        shown = html.unescape(answer.text)
        assert answer.status_code == 422
        assert problem in shown
        assert all(value in shown for value in told.values())
    assert portal.ledger.joining.draft(OWNER, "Partners") == before
