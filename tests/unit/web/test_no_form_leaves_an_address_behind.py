"""Whoever reloads or keeps the address of a form gets a page; what was done is said once, at the page's own address."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support import ways_to_change as doors
from tests.support.forms import form
from tests.support.portal import Client, Portal, opened, owner_caller
from tests.support.shop import Shop
from tribute.access.caller import Role
from tribute.ledger.enrollments import Enrollments
from tribute.ledger.programs import Programs
from tribute.ledger.rules.terms_checked import checked_terms
from tribute.office.sign_ups import SignUpChange

HANDED_OUT = re.compile(r"/(sign-in/\{token|sign-in/first|unsubscribe|settings/email/)")
"""Forms on the page of a link, which is the same address: it works as long as the link does."""


class World:
    """A shop, and everybody who has forms."""

    def __init__(self, portal: Portal, forms: list[str]) -> None:
        shop, self.forms = Shop(portal), forms
        self.owner, self.ada = portal.signed_in(Role.OWNER, portal.add_owner()), portal.signed_in(Role.AFFILIATE, shop.ada.id)
        portal.office.sign_ups.change(owner_caller(), "Partners", SignUpChange(is_published=True, slug="partners"))
        program = portal.ledger.programs.programs(owner_caller())[0].record
        self.names = {"affiliate_id": shop.ada.id, "website_id": shop.course.id, "program_id": program.id, "slug": "partners"}

    def opened(self, address: str) -> set[int]:
        """What opening the address of a form comes to in the end, for the owner and for the affiliate."""
        filled = re.sub(r"\{(\w+)\}", lambda name: self.names.get(name[1], "xyz_00000000000000000000"), address)
        return {_followed(client, filled) for client in (self.owner, self.ada)}


def _followed(client: Client, address: str) -> int:
    answer = client.get(address)
    for _ in range(3):
        if answer.status_code != 303:
            break
        answer = client.get(answer.headers["location"])
    return answer.status_code


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with doors.recorded_applications(monkeypatch) as applications, opened(tmp_path) as portal:
        portal.build()
        forms = sorted({path for _, path in doors.changing_routes(applications) if not path.startswith("/api/")})
        yield World(portal, forms)


def test_the_address_of_every_form_is_a_page_or_leads_to_one(world: World) -> None:
    lost = {address: world.opened(address) for address in world.forms if not HANDED_OUT.match(address)}
    assert {address: told for address, told in lost.items() if 200 not in told or not told <= {200, 403}} == {}
    assert len(lost) > 40


def test_what_was_done_is_said_once_and_on_its_page_alone(portal: Portal) -> None:
    ada = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    page = "/settings/time"
    answer = ada.post(page, data=form(ada, page, zone="Europe/Berlin", locale="", theme=""))
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert "Saved." not in ada.get("/settings/notifications").text
    assert "Saved." in ada.get(page).text
    assert "Saved." not in ada.get(page).text


@pytest.mark.parametrize(
    ("word", "done"), [("deactivate", "Deactivated."), ("activate", "Taken up again."), ("turn-down", "Rejected."), ("let-in", "Approved.")]
)
def test_a_word_about_an_affiliate_is_answered_with_what_was_done(portal: Portal, word: str, done: str) -> None:
    shop = Shop(portal)
    with portal.database.session() as session:
        [program] = Programs(session, portal.clock).all()
        Enrollments(session, portal.clock).change(program.id, shop.bob.id, "pending", by=shop.bob.id)
    owner, page = shop.browsing(None), f"/owner/affiliates/{shop.bob.id}"
    told = form(owner, page, program=program.id, reason="Not now")
    assert owner.post(f"{page}/{word}", data=told).headers.get("location") == page
    assert f'<p class="done" role="status">{done}' in owner.get(page).text


def test_a_name_in_any_script_is_led_back_to_and_answered(portal: Portal) -> None:
    shop = Shop(portal)
    with portal.database.session() as session:
        Programs(session, portal.clock).add("Курс: 50 %?", checked_terms(shop.terms), by="tests", website_ids=[])
    owner, page = shop.browsing(None), f"/owner/programs/{quote('Курс: 50 %?')}/sign-up"
    answer = owner.post(page, data=form(owner, page, slug="kurs"))
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert "Saved." in owner.get(page).text


def test_what_stands_in_the_address_of_a_form_stays_one_name(portal: Portal) -> None:
    owner = portal.signed_in(Role.OWNER, portal.add_owner())
    opened_forms = {
        "/owner/orders/a%26status=held%23b/assign": "/owner/orders?order=a%26status%3Dheld%23b",
        "/owner/affiliates/a%3Fb/deactivate": "/owner/affiliates/a%3Fb",
    }
    assert {address: owner.get(address).headers["location"] for address in opened_forms} == opened_forms
