"""Whoever has an address or a code: a stranger gets the same answer, byte for byte, and affiliates apply with their account."""

import re
from time import monotonic

import pytest
import sqlalchemy as sa

from tests.support.costs import counted
from tests.support.joining import SignUpPage
from tests.support.portal import Portal
from tribute.access.caller import Caller, Role


@pytest.fixture(params=[True, False], ids=["by approval", "open"])
def page(portal: Portal, request: pytest.FixtureRequest) -> SignUpPage:
    return SignUpPage(portal, by_approval=request.param)


def test_an_address_with_an_account_is_answered_like_any_other(portal: Portal, page: SignUpPage) -> None:
    portal.add_affiliate("Bob Martin", "bob", "bob@martin.example")
    told = []
    for email, code in (("bob@martin.example", "bobby"), ("new@person.example", "newbie")):
        client = portal.client()
        answer = page.apply(client, email=email, code=code)
        seen = (answer.status_code, answer.headers["location"], answer.text, client.get("/join/partners/thanks").text)
        is_free = client.get(f"/join/partners/code?code={code}").json()["free"]
        told.append((*seen, is_free, page.apply(client, email=email, code=f"{code}2").status_code))
    assert told[0] == told[1]
    assert told[0][-2] is False  # the code is not free any more, whatever came of it


def test_time_tells_nothing_of_an_address(portal: Portal, page: SignUpPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account is more to write down than the word that there is one already: both are over long before the answer goes out."""
    portal.add_affiliate("Bob Martin", "bob", "bob@martin.example")
    for email, code in (("bob@martin.example", "bobby"), ("new@person.example", "newbie")):
        client = portal.client()
        form = page.form(client, email=email, code=code)
        with counted(portal.database, monkeypatch) as costs:
            begun = monotonic()
            assert page.send(client, form).status_code == 303
            assert monotonic() - begun >= 0.15
        assert (costs["hashes"], costs["commits"], costs["writes"] < 20) == (0, 1, True), costs


def test_a_ledger_far_away_tells_no_more(portal: Portal, page: SignUpPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each question to the ledger takes seven milliseconds here, on a clock that nothing else moves; the answer goes out at one time."""
    portal.add_affiliate("Bob Martin", "bob", "bob@martin.example")
    asked, pauses, took = [0], list[float](), list[float]()

    def note(*_: object) -> None:
        asked[0] += 1

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    sa.event.listen(portal.database.engine, "before_cursor_execute", note)
    monkeypatch.setattr("tribute.web.joining.monotonic", lambda: asked[0] * 0.007)
    monkeypatch.setattr("tribute.web.joining.sleep", pause)
    for email, code in (("bob@martin.example", "bobby"), ("new@person.example", "newbie")):
        client = portal.client()
        form = page.form(client, email=email, code=code)
        asked[0] = 0
        assert page.send(client, form).status_code == 303
        took.append(round(asked[0] * 0.007 + pauses[-1], 9))
    sa.event.remove(portal.database.engine, "before_cursor_execute", note)
    assert took[0] == took[1] > 0.15


def test_an_account_is_never_changed_by_a_stranger(portal: Portal, page: SignUpPage) -> None:
    bob = portal.add_affiliate("Bob Martin", "bob", "bob@martin.example")
    page.apply(name="Mallory", email="BOB@martin.example", code="mallory")
    assert page.waiting() == []
    [seen] = portal.ledger.promoters.affiliates(_owner())
    assert (seen.record.id, seen.record.name, list(seen.codes)) == (bob.id, "Bob Martin", ["bob"])


def test_a_taken_code_says_so_and_no_more(portal: Portal, page: SignUpPage) -> None:
    portal.add_affiliate("Bob Martin", "bob", "bob@martin.example")
    answer = portal.client().get("/join/partners/code?code=BOB")
    assert answer.json() == {"free": False, "told": "Taken. Choose another one."}
    refused = page.apply(code="bob", email="bob@martin.example")  # also for whoever has it: nobody may try out pairs
    assert refused.status_code == 422
    assert "Martin" not in refused.text
    assert portal.client().get("/join/partners/code?code=free").json()["free"] is True


def test_of_two_who_want_one_code_the_first_has_it(portal: Portal, page: SignUpPage) -> None:
    assert page.apply(email="first@x.example", code="same").status_code == 303
    second = page.apply(email="second@x.example", code="SAME")
    assert second.status_code == 422
    assert "taken" in second.text


def test_affiliates_apply_with_their_account(portal: Portal, page: SignUpPage) -> None:
    bob = portal.add_affiliate("Bob Martin", "bob", "bob@martin.example")
    client = portal.signed_in(Role.AFFILIATE, bob.id)
    shown = client.get("/join/partners").text
    assert "Bob Martin" in shown
    assert 'name="email"' not in shown
    assert page.apply(client, email="other@x.example").status_code == 303
    standing = portal.ledger.joining.standing(_bob(bob.id), page.program_id)
    assert standing is not None
    assert standing.state == ("pending" if page.by_approval else "approved")
    [kept] = portal.ledger.joining.of_affiliate(_owner(), bob.id)
    assert kept.record.email == "bob@martin.example"
    again = client.get("/join/partners").text
    assert "You have applied already" in again or "You are in this program" in again


def test_the_team_only_looks(portal: Portal, page: SignUpPage) -> None:
    client, form = portal.signed_in(Role.OWNER, portal.add_owner()), page.form(portal.client())
    shown = client.get("/join/partners").text
    assert 'name="email"' not in shown
    token = re.search(r'name="_csrf_token" value="([^"]+)"', client.get("/owner").text)
    assert token is not None
    assert page.send(client, form | {"_csrf_token": token[1]}).status_code == 403


def test_an_open_program_takes_in_at_once(portal: Portal) -> None:
    page = SignUpPage(portal, by_approval=False)
    page.apply(code="Newcomer")
    [seen] = portal.ledger.promoters.affiliates(_owner())
    assert (seen.record.name, seen.record.code, seen.record.active) == ("Ada Lovelace", "newcomer", True)
    [kept] = portal.ledger.joining.of_affiliate(_owner(), seen.record.id)
    assert kept.record.state == "admitted"


def _owner() -> Caller:
    return Caller(Role.OWNER, "tests")


def _bob(affiliate_id: str) -> Caller:
    return Caller(Role.AFFILIATE, affiliate_id, affiliate_id)
