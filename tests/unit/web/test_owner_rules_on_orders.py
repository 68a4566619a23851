"""The console's orders: who is credited and why, possible duplicates with the owner's word, reassigning with a reason, what is owed."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.support.portal import ORIGIN, Client, Portal
from tests.support.shop import Shop
from tribute.access.caller import Role


@pytest.fixture
def shop(portal: Portal) -> Shop:
    return Shop(portal)


def say(browser: Client, conversion_id: str, word: str, **fields: str) -> tuple[int, str]:
    """One of the owner's words, sent as a browser does."""
    token = re.search(r'name="_csrf_token" value="([^"]+)"', browser.get("/owner/orders").text)
    assert token is not None
    data = {"_csrf_token": token.group(1), **fields}
    answer = browser.post(f"/owner/orders/{conversion_id}/{word}", data=data, headers={"origin": ORIGIN})
    return answer.status_code, answer.text


def duplicate(shop: Shop) -> str:
    """An order that was told by two sources; the second one's id, which is held."""
    shop.click("ada", "v1")
    shop.order("order-1", anonymous_id="v1", payment_reference="pi_1")
    held = shop.order("ch_1", source="checkout", anonymous_id="v1", payment_reference="pi_1")
    assert held["status"] == "held"
    identity: str = held["id"]
    return identity


def earned(shop: Shop) -> list[str]:
    told = shop.asking(shop.ada).graphql("{ commissions { commissions { owed { amount } } } }")["data"]["commissions"]["commissions"]
    return [one["owed"]["amount"] for one in told]


def test_orders_with_their_reasons(shop: Shop) -> None:
    shop.click("ada", "v1")
    shop.order("order-1", anonymous_id="v1")
    shop.order("order-2")
    page = shop.browsing(None).get("/owner/orders").text
    assert "order-1" in page
    assert "199.00 USD × 50 % = 99.50 USD." in page
    assert "Nobody is credited." in page
    assert "Owed to whom" in page
    assert "Ada Lovelace" in page


def test_a_duplicate_is_the_same_order(shop: Shop) -> None:
    held, browser = duplicate(shop), shop.browsing(None)
    page = browser.get("/owner/orders?status=held").text
    assert "Same order as order-1" in page
    other = re.search(r'name="to" value="(\w+)"', page)
    assert other is not None
    assert say(browser, held, "link", to=other.group(1))[0] == 303
    assert earned(shop) == ["99.50"]


def test_a_duplicate_is_kept_apart(shop: Shop) -> None:
    held = duplicate(shop)
    assert say(shop.browsing(None), held, "keep-apart")[0] == 303
    assert earned(shop) == ["99.50", "99.50"]


def test_an_order_is_given_away_with_a_reason(shop: Shop) -> None:
    shop.click("ada", "v1")
    made, browser = shop.order("order-1", anonymous_id="v1"), shop.browsing(None)
    status, page = say(browser, made["id"], "assign", affiliate="bob", reason="")
    assert status == 422
    assert "Nothing was changed." in page
    assert 'value="bob"' in page
    assert say(browser, made["id"], "assign", affiliate="bob", reason="Agreed by phone")[0] == 303
    assert earned(shop) == []
    assert "Agreed by phone" in browser.get("/owner/orders").text


def test_every_word_keeps_the_filter_and_the_place_in_the_list(shop: Shop) -> None:
    made = [shop.order(f"order-{number:02}")["id"] for number in range(22)]
    browser = shop.browsing(None)
    older = re.search(r'rel="next" href="([^"]+)"', browser.get("/owner/orders?status=decided").text)
    assert older is not None
    page = browser.get(unescape(older[1])).text
    there = dict(re.findall(r'<input type="hidden" name="(status|after)" value="([^"]*)"', page[page.index(made[0]) :]))
    assert there["status"] == "decided"
    assert there["after"]
    data = {"affiliate": "bob", "_csrf_token": re.findall(r'name="_csrf_token" value="([^"]+)"', page)[0]} | there
    path = f"/owner/orders/{made[0]}/assign"
    refused = browser.post(path, data=data | {"reason": ""}, headers={"origin": ORIGIN})
    assert refused.status_code == 422
    assert f'name="after" value="{there["after"]}"' in refused.text
    assert f'<li id="{made[0]}">' in refused.text
    location = browser.post(path, data=data | {"reason": "Agreed"}, headers={"origin": ORIGIN}).headers["location"]
    asked = urlsplit(location)
    assert (dict(parse_qsl(asked.query)), asked.fragment) == (there | {"order": made[0]}, made[0])
    page = browser.get(location.partition("#")[0]).text
    assert "Reassigned." in page
    assert "order-21" not in page


def test_the_order_that_the_address_names_is_there_wherever_it_stands_in_the_list(shop: Shop) -> None:
    first, browser = shop.order("order-00")["id"], shop.browsing(None)
    for number in range(1, 22):
        shop.order(f"order-{number:02}")
    assert f'<li id="{first}">' not in browser.get("/owner/orders").text
    page = browser.get(f"/owner/orders/{first}/assign").headers["location"]
    assert re.findall(r'<li id="(\w+)">\s*<details open>', browser.get(page).text) == [first]
    assert browser.get("/owner/orders?order=cnv_unknown").status_code == 200


def test_what_is_owed_is_paged_and_kept_whole_as_csv(shop: Shop) -> None:
    for number in range(22):
        code = f"friend-{number:02}"
        shop.portal.add_affiliate(f"Friend {number}", code, f"{code}@example.com")
        bonus = {"affiliate": code, "kind": "bonus", "amount_minor": 100 + number, "currency": "USD", "reason": "Thanks"}
        assert shop.owner.post("/api/v1/adjustments", json=bonus).status_code == 201
    browser = shop.browsing(None)

    def owed(address: str) -> tuple[list[str], str]:
        page = browser.get(address).text
        return re.findall(r"<code><bdi>(friend-\d\d)</bdi></code>", page), page

    everybody = [f"friend-{number:02}" for number in reversed(range(22))]
    first, page = owed("/owner/orders?status=decided")
    more = re.search(r'href="([^"]+)#owed">More<', page)
    assert more is not None
    rest, page = owed(unescape(more[1]))
    assert first + rest == everybody
    assert 'href="/owner/orders?status=decided#owed">From the beginning<' in page
    assert "That place in the list is none" in owed("/owner/orders?owed=nowhere")[1]
    lines = browser.get("/owner/orders/owed.csv").text.splitlines()
    assert lines[0] == "affiliate,name,currency,pending,held,payable"
    assert lines[1] == "friend-00,Friend 0,USD,0.00,0.00,1.00"
    assert [line.split(",")[0] for line in lines[1:]] == sorted(everybody)
    assert shop.browsing(shop.ada).get("/owner/orders/owed.csv").status_code == 403


def test_what_is_wrong_is_told(shop: Shop) -> None:
    made, browser = shop.order("order-1"), shop.browsing(None)
    for identity, word, fields in (
        (made["id"], "assign", {"affiliate": "nobody-such", "reason": "x"}),
        ("cnv_unknown", "keep-apart", {}),
        (made["id"], "link", {"to": "cnv_unknown"}),
    ):
        status, page = say(browser, identity, word, **fields)
        assert status == 422
        assert "Nothing was changed." in page


def test_affiliates_have_no_orders_page(shop: Shop) -> None:
    browser = shop.browsing(shop.ada)
    assert browser.get("/owner/orders").status_code == 403
    foreign = browser.post("/owner/orders/x/keep-apart", data={}, headers={"origin": ORIGIN})
    assert foreign.status_code == 403


def test_an_empty_home_says_what_to_do(portal: Portal) -> None:
    page = portal.signed_in(Role.OWNER, portal.add_owner()).get("/owner/orders").text
    assert "No orders yet." in page
