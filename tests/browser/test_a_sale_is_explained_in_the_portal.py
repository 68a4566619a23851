"""The whole way: a tagged landing, an order by REST, its commission with the reason in the portal, and refunds down to zero."""

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.support.course import DOMAIN, NAME, Course

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_from_the_landing_to_zero(course: Course, page: Page) -> None:
    tribute = course.tribute
    terms = ("--percent", "50", "--currency", "USD")
    tribute.told("program", "add", "--name", "Partners", "--website", DOMAIN, *terms)
    bob = tribute.told("affiliate", "add", "--name", "Bob Martin", "--email", "bob@affiliates.example", "--code", "bob")
    ada = tribute.told("affiliate", "add", "--name", "Ada King", "--email", "ada.king@affiliates.example", "--code", "king")
    owner = httpx.Client(
        base_url=f"{tribute.url}/api/v1",
        headers={"authorization": f"Bearer {tribute.told('token', 'add', '--owner')['token']}"},
        trust_env=False,
        timeout=60,
    )
    course.head = f'<script async src="{tribute.url}/t.js" data-key="{course.write_key}"></script>'
    visitor = course.visitor().new_page()
    with visitor.expect_response(lambda response: response.request.method == "POST" and response.ok):
        visitor.goto(f"{course.origin}/pricing?via=king&sub=newsletter")
    anonymous_id = _visitor_of(course, "king")

    order = {"website": DOMAIN, "external_id": "order-1", "amount_minor": 19_900, "currency": "USD", "anonymous_id": anonymous_id}
    made = owner.post("/conversions", json=order)
    assert made.status_code == 201, made.text
    assert [one["amount_minor"] for one in made.json()["commissions"]] == [9950]

    page.goto(ada["sign_in_url"])
    page.wait_for_url(f"{tribute.url}/")
    page.click("nav >> text=Commissions")
    expect(page.locator("tbody .total .amount").first).to_have_text("US$99.50")
    page.click("tbody a")
    why = page.locator(".why")
    expect(why).to_contain_text("Credited to you.")
    expect(why).to_contain_text(re.compile(rf"Your click of .* on {NAME} with the sub-id newsletter decides"))
    expect(why).to_contain_text("US$199.00 × 50 % = US$99.50.")
    expect(page.locator(".moments")).to_contain_text("Click to /pricing, which decides")

    for refund, left in ((9_900, "US$50.00"), (10_000, "US$0.00")):
        _refund(owner, made.json(), refund)
        page.reload()
        expect(page.locator(".answer .amount")).to_have_text(left)
    expect(page.locator(".answer")).to_contain_text("Taken back in full")
    page.click("text=Commissions >> nth=0")
    expect(page.locator(".balance .answer .amount")).to_have_text("US$0.00")
    commission = made.json()["commissions"][0]["id"]

    page.context.clear_cookies()
    page.goto(bob["sign_in_url"])
    page.wait_for_url(f"{tribute.url}/")
    page.goto(f"{tribute.url}/commissions")
    expect(page.locator(".empty-title")).to_have_text("No commissions yet.")
    theirs = page.request.get(f"{tribute.url}/commissions/{commission}")
    assert theirs.status == 404


def _visitor_of(course: Course, code: str) -> str:
    """The id that the snippet gave the visitor who came by a code."""
    [landing] = course.rows("visitor_id", at_least=1, where=f"code = '{code}'")
    found: str = landing["visitor_id"]
    return found


def _refund(owner: httpx.Client, conversion: dict[str, Any], amount: int) -> None:
    refund = {"external_id": f"refund-{amount}", "amount_minor": amount, "reason": "Changed their mind"}
    answer = owner.post(f"/conversions/{conversion['id']}/refunds", json=refund)
    assert answer.status_code == 201, answer.text
