"""The ledger's websites, on every database that it may live in."""

import threading

import pytest

from tests.support.ledger import clock_at
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError
from tribute.kit.ids import new_id
from tribute.ledger.database import Database
from tribute.ledger.websites import WebsiteRecord, Websites


def add(ledger: Database, name: str, domain: str) -> WebsiteRecord:
    with ledger.session() as session:
        return Websites(session, clock_at()).add(name, domain)


def test_a_website_is_found_by_key_id_domain_and_name(ledger: Database) -> None:
    course = add(ledger, "Course A", "https://www.Course-A.example/")
    add(ledger, "Course B", "course-b.example")
    assert (course.domain, course.enabled) == ("course-a.example", True)
    assert course.link_parameters == ("via", "ref", "aff", "affiliate", "affiliate_id")
    with ledger.reading() as session:
        websites = Websites(session, clock_at())
        assert websites.by_write_key(course.write_key) == course
        for name in (course.id, "course-a.example", "WWW.course-a.example", "Course A", " course  a "):
            assert websites.by_name(name) == course
        assert [website.name for website in websites.all()] == ["Course A", "Course B"]


@pytest.mark.parametrize("stranger", ["", "nobody", "\x00", "\ud800", "web_" + "0" * 20, "x" * 100_000])
def test_what_nobody_has_finds_nothing(ledger: Database, stranger: str) -> None:
    add(ledger, "A", "a.example")
    with ledger.reading() as session:
        websites = Websites(session, clock_at())
        for look in (websites.by_write_key, websites.by_name, websites.by_source_id, websites.by_host):
            assert look(stranger) is None


@pytest.mark.parametrize(
    ("name", "domain", "reason"),
    [
        ("course a", "other.example", "named 'Course A' is there already"),
        ("Other", "www.a.example", "belongs to the website 'Course A'"),
        ("a.example", "other.example", "is the domain of the website 'Course A'"),
        ("Other", "b.example", "is the name of another website"),
        ("Other", "mapped.example", "belongs to the website 'Course A'"),
    ],
)
def test_names_and_domains_are_unique_in_one_space(ledger: Database, name: str, domain: str, reason: str) -> None:
    course = add(ledger, "Course A", "a.example")
    add(ledger, "b.example", "c.example")
    with ledger.session() as session:
        Websites(session, clock_at()).map_source(course.id, host="mapped.example")
    with pytest.raises(ConflictError, match=reason):
        add(ledger, name, domain)


def test_a_website_may_be_named_by_its_own_domain(ledger: Database) -> None:
    website = add(ledger, "a.example", "a.example")
    with ledger.reading() as session:
        assert Websites(session, clock_at()).by_name("a.example") == website


def test_a_name_shaped_like_an_id_is_refused(ledger: Database) -> None:
    with pytest.raises(InvalidInputError, match="shape of an id"):
        add(ledger, new_id("web").upper(), "a.example")


def test_of_two_who_add_the_same_website_at_once_one_gets_it(ledger: Database) -> None:
    outcomes: list[str] = []
    start = threading.Barrier(4)

    def compete() -> None:
        start.wait()
        try:
            outcomes.append(add(ledger, "Course A", "a.example").id)
        except ConflictError:
            outcomes.append("refused")

    threads = [threading.Thread(target=compete) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("refused") == 3


def test_the_nearest_domain_or_mapped_host_answers_for_a_host(ledger: Database) -> None:
    school = add(ledger, "School", "school.example")
    shop = add(ledger, "Shop", "shop.school.example")
    with ledger.session() as session:
        Websites(session, clock_at()).map_source(school.id, host="www.academy.test")
    expected = {
        "school.example": school,
        "www.school.example": school,
        "blog.school.example": school,
        "a.blog.SCHOOL.example.": school,
        "shop.school.example": shop,
        "www.shop.school.example": shop,
        "eu.shop.school.example": shop,
        "academy.test": school,
        "a.academy.test": school,
        "myschool.example": None,
        "example": None,
        "academy": None,
    }
    with ledger.reading() as session:
        assert {host: Websites(session, clock_at()).by_host(host) for host in expected} == expected


def test_a_source_id_stands_for_one_website_only(ledger: Database) -> None:
    one, two = add(ledger, "A", "a.example"), add(ledger, "B", "b.example")
    with ledger.session() as session:
        websites = Websites(session, clock_at())
        assert websites.map_source(one.id, source_id=" 2aBc ") == websites.map_source(one.id, source_id="2aBc")
        assert websites.by_source_id("2aBc") == one
        assert websites.by_source_id("2abc") is None
        assert [(mapping.website_id, mapping.source_id, mapping.host) for mapping in websites.mappings()] == [(one.id, "2aBc", None)]
        with pytest.raises(ConflictError, match="2aBc stands for the website 'A' already"):
            websites.map_source(two.id, source_id="2aBc")
        with pytest.raises(ConflictError, match="stands for the website 'A'"):
            websites.map_source(two.id, host="www.a.example")
        with pytest.raises(NotFoundError):
            websites.map_source("web_unknown", host="c.example")
        for wrong in ({"source_id": ""}, {"source_id": "a\x00"}, {"host": "no host"}, {}, {"source_id": "x", "host": "c.example"}):
            with pytest.raises(InvalidInputError):
                websites.map_source(one.id, **wrong)


def test_a_disabled_website_is_known_and_not_enabled(ledger: Database) -> None:
    website = add(ledger, "A", "a.example")
    for enabled in (False, False, True, True):
        with ledger.session() as session:
            Websites(session, clock_at()).set_enabled(website.id, enabled=enabled)
        with ledger.reading() as session:
            found = Websites(session, clock_at()).by_write_key(website.write_key)
        assert found is not None
        assert found.enabled is enabled
