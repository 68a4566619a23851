"""The settings: profile, address, payout details, time and numbers. Each person has their own, and wrong input is told beside its field."""

import re
from pathlib import Path

import pytest

from tests.support.forms import form
from tests.support.portal import Portal, opened
from tribute.access.caller import Caller, Role
from tribute.access.links import LinkPurpose, SignInLinks
from tribute.access.own_doors import FRESH_FOR
from tribute.access.people import Kind, Person
from tribute.access.sealing import Sealer
from tribute.ledger.audit import Audit
from tribute.ledger.own import SealedPayoutDetails
from tribute.ledger.rules.payout_details import SEALING_PURPOSE
from tribute.web.settings.sections import SECTIONS

IBAN = "DE89370400440532013000"
HOSTILE = '<script>alert("x")</script>'


def test_a_profile_is_kept_and_escaped(portal: Portal) -> None:
    ada = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    told = {"name": HOSTILE, "company": "שלום", "country": "gb", "websites": "ada.example\nhttps://b.example/x"}
    assert ada.post("/settings", data=form(ada, "/settings", **told)).status_code == 303
    page = ada.get("/settings").text
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert "https://ada.example\nhttps://b.example/x" in page
    assert 'value="GB" selected' in page
    assert "שלום" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "\x00"),
        ("name", ""),
        ("company", "a\x07b"),
        ("company", "\u202eabc"),
        ("websites", "javascript:alert(1)"),
        ("country", "1"),
    ],
)
def test_what_will_not_do_is_told_beside_its_field(portal: Portal, field: str, value: str) -> None:
    ada = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    answer = ada.post("/settings", data=form(ada, "/settings", **{"name": "Ada", "company": "", field: value}))
    assert answer.status_code == 422
    assert f'id="problem-{field}"' in answer.text
    assert "Ada Lovelace" in ada.get("/settings").text


def test_a_new_address_counts_when_it_is_confirmed(portal: Portal) -> None:
    ada = portal.signed_in(Role.AFFILIATE, portal.add_affiliate(email="ada@old.example").id)
    assert ada.post("/settings/email", data=form(ada, "/settings", email="ada@new.example")).status_code == 303
    link = re.search(r"/settings/email/\S+", mails(portal)["ada@new.example"])
    assert link is not None
    assert "ada@old.example" in ada.get("/settings").text
    anybody = portal.client()
    assert "ada@new.example" in anybody.get(link[0]).text
    assert anybody.post(link[0], data=form(anybody, link[0])).headers["location"] == link[0]
    assert "That is your address now" in anybody.get(link[0]).text
    assert "now has ada@new.example" in mails(portal)["ada@old.example"]
    assert "<bdi>ada@new.example</bdi>" in ada.get("/settings").text
    assert anybody.get(link[0]).status_code == 404


def test_a_new_address_takes_a_fresh_sign_in(portal: Portal) -> None:
    ada = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    portal.clock.at += FRESH_FOR
    again = "/sign-in?again&next=%2Fsettings"
    assert ada.post("/settings/email", data=form(ada, "/settings", email="eve@new.example")).headers["location"] == again
    assert "eve@new.example" not in mails(portal)
    assert again.replace("&", "&amp;") in ada.get("/settings").text


def test_nobody_fills_mailboxes_with_links_to_new_addresses(portal: Portal) -> None:
    ada = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    told = [ada.post("/settings/email", data=form(ada, "/settings", email=f"eve{number}@new.example")).status_code for number in range(6)]
    assert told == [303] * 5 + [409]
    assert "eve5@new.example" not in mails(portal)


def test_links_to_an_old_address_are_worth_nothing(portal: Portal) -> None:
    affiliate = portal.add_affiliate(email="ada@old.example")
    ada, person = portal.signed_in(Role.AFFILIATE, affiliate.id), Person(Kind.AFFILIATE, affiliate.id)
    with portal.database.session() as session:
        mailed = [SignInLinks(session, portal.clock).create(person, LinkPurpose.RESET)]
    ada.post("/settings/email", data=form(ada, "/settings", email="ada@new.example"))
    link = re.search(r"/settings/email/\S+", mails(portal)["ada@new.example"])
    assert link is not None
    ada.post(link[0], data=form(ada, link[0]))
    with portal.database.session() as session:
        mailed.append(SignInLinks(session, portal.clock).create(person, LinkPurpose.RESET))
    portal.office.affiliates.set_email(Caller(Role.OWNER, "cli"), "ada", "ada@third.example")
    assert [portal.access.link_for(token) for token in mailed] == [None, None]


def test_details_sealed_under_a_lost_secret_are_asked_for_again(portal: Portal) -> None:
    affiliate = portal.add_affiliate()
    with portal.database.session() as session:
        SealedPayoutDetails(session, portal.clock).put(affiliate.id, Sealer(b"lost", SEALING_PURPOSE).seal("{}", affiliate.id))
    ada = portal.signed_in(Role.AFFILIATE, affiliate.id)
    assert ada.get("/settings/payout").status_code == 200


@pytest.mark.parametrize("mails", [True, False])
def test_only_mails_that_are_sent_are_promised(tmp_path: Path, mails: bool) -> None:
    with opened(tmp_path, mails=mails) as portal:
        ada = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
        page = "/settings/payout"
        assert ada.post(page, data=form(ada, page, method="paypal", paypal="ada@pay.example", legal_name="Ada")).status_code == 303
        assert ("A mail says so" in ada.get(page).text) is mails


def test_an_address_that_another_has_is_not_taken(portal: Portal) -> None:
    portal.add_affiliate("Bob", "bob", "bob@here.example")
    ada = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    ada.post("/settings/email", data=form(ada, "/settings", email="bob@here.example"))
    link = re.search(r"/settings/email/\S+", mails(portal)["bob@here.example"])
    assert link is not None
    assert ada.post(link[0], data=form(ada, link[0])).status_code == 409


def test_payout_details_are_sealed_masked_and_told(portal: Portal) -> None:
    affiliate = portal.add_affiliate()
    ada = portal.signed_in(Role.AFFILIATE, affiliate.id)
    told = {"method": "iban", "iban": "de89 3704 0044 0532 0130 00", "legal_name": "Ada <b>", "tax_id": "GB123456789"}
    assert ada.post("/settings/payout", data=form(ada, "/settings/payout", **told)).status_code == 303
    page = ada.get("/settings/payout").text
    assert "•••• 3000" in page
    assert IBAN[:12] not in page.replace(" ", "")
    assert "GB123456789" not in page
    assert "DE89 3704 0044" in ada.get("/settings/payout?full").text
    with portal.database.reading() as session:
        kept = SealedPayoutDetails(session, portal.clock).of(affiliate.id)
        notes = Audit(session, portal.clock).page(subject=("affiliate", affiliate.id)).items
    assert kept is not None
    assert b"3704" not in kept[0]
    assert [(note.action, note.detail) for note in notes if note.action.startswith("payout")] == [
        ("payout_details.change", {"method": "iban"})
    ]
    assert "•••• 3000" in mails(portal)[affiliate.email]


def test_payout_details_are_shown_in_full_only_after_a_fresh_sign_in(portal: Portal) -> None:
    ada = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    ada.post("/settings/payout", data=form(ada, "/settings/payout", method="iban", iban=IBAN, legal_name="Ada"))
    portal.clock.at = portal.clock.at.replace(minute=45)
    assert ada.get("/settings/payout?full").headers["location"] == "/settings/payout"
    assert "Sign in again" in ada.get("/settings/payout").text
    again = "/sign-in?again&next=%2Fsettings%2Fpayout"
    for path in ("/settings/payout", "/settings/payout/remove"):
        tried = ada.post(path, data=form(ada, "/settings", method="paypal", paypal="mallory@thief.example", legal_name="M"))
        assert tried.headers["location"] == again
    assert "mallory" not in ada.get("/settings/payout").text
    assert "3000" in ada.get("/settings/payout").text


def test_empty_fields_keep_what_is_there_and_another_method_needs_its_own(portal: Portal) -> None:
    ada = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    path = "/settings/payout"
    ada.post(path, data=form(ada, path, method="iban", iban=IBAN, legal_name="Ada"))
    assert ada.post(path, data=form(ada, path, method="iban", iban="", legal_name="Ada King")).status_code == 303
    assert "Ada King" in ada.get(path).text
    assert "•••• 3000" in ada.get(path).text
    assert 'id="problem-paypal"' in ada.post(path, data=form(ada, path, method="paypal")).text
    ada.post(f"{path}/remove", data=form(ada, path))
    assert "•••• 3000" not in ada.get(path).text


def test_nobody_reaches_anothers_settings(portal: Portal) -> None:
    bob = portal.signed_in(Role.AFFILIATE, portal.add_affiliate("Bob", "bob").id)
    bob.post("/settings/payout", data=form(bob, "/settings/payout", method="iban", iban=IBAN, legal_name="Bob"))
    ada = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    assert "3000" not in ada.get("/settings/payout?full").text
    owner = portal.signed_in(Role.OWNER, portal.add_owner())
    assert owner.get("/settings/payout").status_code == 403
    assert "Payout details" not in owner.get("/settings").text
    assert portal.client().get("/settings/payout").headers["location"].startswith("/sign-in")


def test_pages_are_written_as_their_reader_chose(portal: Portal) -> None:
    ada = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    told = {"zone": "Asia/Tokyo", "locale": "de-DE", "theme": "dark"}
    assert ada.post("/settings/time", data=form(ada, "/settings/time", **told)).status_code == 303
    page = ada.get("/settings/time").text
    assert "1.234,50\xa0$" in page
    assert "23. Nov. 2026, 23:30" in page
    assert 'data-locale="de-DE" data-zone="Asia/Tokyo" data-theme="dark"' in page
    assert 'value="Asia/Tokyo"' in ada.get("/").text
    bob = portal.signed_in(Role.AFFILIATE, portal.add_affiliate("Bob", "bob").id)
    assert "1234.50 USD" in bob.get("/settings/time").text


def test_a_browser_that_says_its_language_is_written_for(portal: Portal) -> None:
    ada = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id, accept_language="xx-nonsense, fr-FR;q=0.9")
    assert "1\u202f234,50\xa0$US" in ada.get("/settings/time").text


@pytest.mark.parametrize(
    ("field", "value"), [("zone", "../../etc/passwd"), ("locale", "en_GB/../x"), ("locale", "zz-ZZ"), ("theme", "<b>")]
)
def test_only_what_there_is_can_be_chosen(portal: Portal, field: str, value: str) -> None:
    ada = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    answer = ada.post("/settings/time", data=form(ada, "/settings/time", **{field: value}))
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text


def mails(portal: Portal) -> dict[str, str]:
    """The text of what waits to be sent, by address."""
    with portal.database.session() as session:
        box = portal.outbox(session)
        due = box.take(50)
    return {one.recipient: one.letter(portal.seal).text for one in due}


def test_each_section_is_listed_once() -> None:
    assert len({one.href for one in SECTIONS}) == len(SECTIONS)
