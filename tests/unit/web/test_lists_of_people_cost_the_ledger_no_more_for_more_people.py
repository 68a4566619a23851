"""The console's lists of people ask the ledger as often for many people as for few: a question for each made them slow."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from tests.support.portal import Portal
from tests.support.shop import Shop
from tribute.ledger.rules.terms import Rule, Terms


@contextmanager
def statements(portal: Portal) -> Iterator[list[str]]:
    """What is asked of the ledger meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    sa.event.listen(portal.database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(portal.database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", ["/owner/affiliates", "/owner/orders"])
def test_as_many_questions_for_eight_affiliates_as_for_two(portal: Portal, path: str) -> None:
    shop = Shop(portal)
    browser = shop.browsing(None)

    def sell(code: str) -> None:
        shop.click(code, f"visitor-of-{code}")
        shop.order(f"order-of-{code}", anonymous_id=f"visitor-of-{code}")

    def cost() -> int:
        browser.get(path)  # what is made once is made
        with statements(portal) as asked:
            assert browser.get(path).status_code == 200
        return len(asked)

    sell("ada")
    few = cost()
    for number in range(6):
        portal.add_affiliate(f"Friend {number}", f"friend{number}", f"friend{number}@example.com")
    sell("bob")
    assert cost() == few


def test_as_many_questions_for_six_applications_as_for_one(portal: Portal) -> None:
    shop = Shop(portal, Terms(currency="USD", rules=(Rule(percent="50"),), by_approval=True))

    def ask(number: int) -> None:
        friend = portal.add_affiliate(f"Friend {number}", f"friend{number}", f"friend{number}@example.com")
        shop.asking(friend).post("/api/v1/programs/Partners/enrollments", json={})

    def cost() -> int:
        shop.owner.get("/api/v1/applications")  # what is made once is made
        with statements(portal) as asked:
            assert shop.owner.get("/api/v1/applications").status_code == 200
        return len(asked)

    ask(0)
    one = cost()
    for number in range(1, 6):
        ask(number)
    assert cost() == one
