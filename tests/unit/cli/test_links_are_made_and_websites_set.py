"""`tribute link …` and `tribute website set`: what they print, and how they refuse."""

import pytest

from tests.support.cli import Tribute


@pytest.fixture
def shop(tribute: Tribute) -> Tribute:
    tribute.json("website", "add", "--name", "Shop", "--domain", "shop.example")
    tribute.json("affiliate", "add", "--name", "Ada", "--email", "ada@affiliates.example", "--code", "ada")
    return tribute


def test_a_link_is_printed_as_it_is_shared(shop: Tribute) -> None:
    link = shop.json("link", "add", "--affiliate", "ADA", "--website", "shop", "--slug", "Spring", "--to", "/spring", "--sub", "bio")
    assert list(link) == ["id", "affiliate", "website", "slug", "destination", "sub_id", "url"]
    assert (link["affiliate"], link["website"], link["slug"], link["sub_id"]) == ("ada", "Shop", "spring", "bio")
    assert link["url"] == "http://127.0.0.1:8000/go/ada/spring"
    assert link["destination"] == "https://shop.example/spring"
    shop.json("link", "add", "--affiliate", "ada", "--website", "shop.example")
    listed = shop.json("link", "list", "--affiliate", "ada")
    assert [one["destination"] for one in listed] == ["https://shop.example/spring", "https://shop.example/"]
    assert {key: listed[0][key] for key in link} == link


def test_people_can_copy_the_address(shop: Tribute) -> None:
    ran = shop("link", "add", "--affiliate", "ada", "--website", "shop", "--slug", "x")
    assert ran.out == "http://127.0.0.1:8000/go/ada/x\nleads to https://shop.example/\n"
    assert "http://127.0.0.1:8000/go/ada/x" in shop("link", "list").out


def test_without_links_the_next_step_is_named(shop: Tribute) -> None:
    assert "`tribute link add`" in shop("link", "list").out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--affiliate", "bob", "--website", "shop"), "no affiliate has the code 'bob'; `tribute affiliate list`"),
        (("--affiliate", "ada", "--website", "else"), "no website is called 'else'; `tribute website list`"),
        (("--affiliate", "ada", "--website", "shop", "--to", "https://evil.example/"), "to: https://evil.example is not the website"),
        (("--affiliate", "ada", "--website", "shop", "--slug", "a b"), "slug: use 1 to 64"),
    ],
)
def test_a_wrong_link_is_refused_in_one_sentence(shop: Tribute, arguments: tuple[str, ...], reason: str) -> None:
    ran = shop("link", "add", *arguments)
    assert ran.code == 1
    assert reason in ran.err
    assert ran.err.count("\n") == 1


def test_a_website_is_set_field_by_field(shop: Tribute) -> None:
    told = shop.json("website", "set", "--website", "shop", "--consent-required", "--window-days", "30")
    assert list(told) == ["id", "name", "consent_required", "window_days", "default_url"]
    assert (told["consent_required"], told["window_days"], told["default_url"]) == (True, 30, "https://shop.example/")
    told = shop.json("website", "set", "--website", "shop", "--no-consent-required", "--default-url", "https://shop.example/start")
    assert (told["consent_required"], told["window_days"], told["default_url"]) == (False, 30, "https://shop.example/start")
    assert shop("website", "set", "--website", "shop").code == 2
