"""Affiliates' links, on every database that the ledger may live in."""

import threading

import pytest

from tests.support.ledger import clock_at
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError, TributeError
from tribute.kit.ids import is_id
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database
from tribute.ledger.links import LinkRecord, Links
from tribute.ledger.websites import WebsiteRecord, Websites


@pytest.fixture
def site(ledger: Database) -> WebsiteRecord:
    with ledger.session() as session:
        websites = Websites(session, clock_at())
        site = websites.add("Course", "course.example")
        websites.map_source(site.id, host="academy.example")
        websites.add("Shop", "shop.example")
    return site


@pytest.fixture
def ada(ledger: Database) -> str:
    return affiliate(ledger, "ada")


def affiliate(ledger: Database, code: str) -> str:
    with ledger.session() as session:
        return Affiliates(session, clock_at()).add(code, f"{code}@affiliates.example", code).id


def add(ledger: Database, affiliate_id: str, site: WebsiteRecord, **fields: str) -> LinkRecord:
    with ledger.session() as session:
        return Links(session, clock_at()).add(affiliate_id, site.id, **fields)


def test_a_link_is_found_by_its_slug_in_any_case(ledger: Database, site: WebsiteRecord, ada: str) -> None:
    link = add(ledger, ada, site, slug="Spring-Sale", to="/spring?x=1", sub_id=" bio ")
    assert is_id(link.id)
    assert (link.slug, link.destination, link.sub_id) == ("spring-sale", "https://course.example/spring?x=1", "bio")
    with ledger.reading() as session:
        links = Links(session, clock_at())
        assert links.find(ada, "SPRING-sale") == link
        assert [links.find(ada, slug) for slug in ("", "other", "\x00", "ſpring-sale", "x" * 9999)] == [None] * 5
        assert links.all() == links.all(ada) == [link]
        assert links.all("aff_00000000000000000000") == []


def test_a_slug_is_one_affiliates_own(ledger: Database, site: WebsiteRecord, ada: str) -> None:
    bob = affiliate(ledger, "bob")
    add(ledger, ada, site, slug="spring")
    with pytest.raises(ConflictError, match="'spring' already; choose another slug"):
        add(ledger, ada, site, slug="SPRING")
    assert add(ledger, bob, site, slug="spring").affiliate_id == bob


def test_a_link_without_a_slug_gets_one(ledger: Database, site: WebsiteRecord, ada: str) -> None:
    slugs = {add(ledger, ada, site).slug for _ in range(5)}
    assert len(slugs) == 5
    assert {len(slug) for slug in slugs} == {8}


@pytest.mark.parametrize("to", ["https://www.course.example/a", "https://academy.example/a", "HTTP://Course.Example/a", "/a"])
def test_a_page_of_the_website_may_be_named(ledger: Database, site: WebsiteRecord, ada: str, to: str) -> None:
    assert (add(ledger, ada, site, to=to).destination or "").endswith("/a")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"slug": "two words"}, "slug: use 1 to 64 of the characters"),
        ({"slug": ""}, "slug: use 1 to 64"),
        ({"sub_id": "x" * 65}, "sub: give a tag of 1 to 64"),
        ({"to": "https://shop.example/"}, "to: https://shop.example is not the website course.example; list the host"),
        ({"to": "https://sub.course.example/"}, "is not the website course.example"),
        ({"to": "https://course.example:8080/"}, "is not the website course.example"),
        ({"to": "//shop.example/"}, "to: is no address"),
        ({"to": "javascript:alert(1)"}, "to: is no address"),
        ({"to": "https://course.example\\@shop.example"}, "to: is no address"),
        ({"to": "https://me@course.example/"}, "to: is no address"),
        ({"to": "page"}, "to: is no address that a visitor can be sent to; give one like"),
    ],
)
def test_what_cannot_be_a_link_names_the_field_and_the_fix(
    ledger: Database, site: WebsiteRecord, ada: str, fields: dict[str, str], reason: str
) -> None:
    with pytest.raises(InvalidInputError) as raised:
        add(ledger, ada, site, **fields)
    assert reason in str(raised.value)


def test_affiliate_and_website_must_be_there(ledger: Database, site: WebsiteRecord, ada: str) -> None:
    with ledger.session() as session:
        links = Links(session, clock_at())
        with pytest.raises(NotFoundError, match="tribute affiliate list"):
            links.add("nobody", site.id)
        with pytest.raises(NotFoundError, match="tribute website list"):
            links.add(ada, "nowhere")


def test_of_two_who_take_a_slug_at_once_one_gets_it(ledger: Database, site: WebsiteRecord, ada: str) -> None:
    outcomes: list[str] = []

    def take() -> None:
        try:
            outcomes.append(add(ledger, ada, site, slug="spring").slug)
        except TributeError as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["ConflictError"] * 3 + ["spring"]


def test_a_website_is_configured_field_by_field(ledger: Database, site: WebsiteRecord) -> None:
    with ledger.session() as session:
        websites = Websites(session, clock_at())
        assert (site.consent_required, site.window_days, site.default_url) == (False, 90, None)
        websites.configure(site.id, consent_required=True)
        websites.configure(site.id, window_days=30)
        changed = websites.configure(site.id, default_url="https://academy.example:8443/start")
        assert (changed.consent_required, changed.window_days, changed.default_url) == (True, 30, "https://academy.example:8443/start")
        assert websites.configure(site.id, default_url=" ").default_url is None
    with ledger.reading() as session:
        found = Websites(session, clock_at()).by_id(site.id)
    assert found is not None
    assert (found.consent_required, found.window_days) == (True, 30)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"window_days": 0}, "window_days: give 1 to 3650 days"),
        ({"window_days": 4000}, "window_days"),
        ({"default_url": "https://shop.example/"}, "default_url: give the address of a page of course.example"),
        ({"default_url": "/start"}, "default_url"),
    ],
)
def test_a_wrong_setting_names_the_field(ledger: Database, site: WebsiteRecord, fields: dict[str, int | str], reason: str) -> None:
    with ledger.session() as session, pytest.raises(InvalidInputError) as raised:
        Websites(session, clock_at()).configure(site.id, **fields)
    assert reason in str(raised.value)
