"""How many rows a query may ask for, over all of its lists: nested ones count once for each that they are nested in."""

import pytest

from tests.support.portal import Portal
from tests.support.shop import Shop


@pytest.mark.parametrize("first", [0, -1, 201])
def test_a_page_is_of_1_to_200(portal: Portal, first: int) -> None:
    [error] = Shop(portal).owner.graphql(f"{{ commissions(first: {first}) {{ next }} }}")["errors"]
    assert (error["errorType"], error["message"]) == ("BadRequestException", "first: give 1 to 200")


def test_many_pages_at_once_are_too_many(portal: Portal) -> None:
    owner = Shop(portal).owner
    ten = " ".join(f"a{number}: conversions(first: 200) {{ next }}" for number in range(10))
    assert "errors" not in owner.graphql(f"{{ {ten} }}")
    [error] = owner.graphql(f"{{ {ten} auditLog {{ next }} }}")["errors"]
    assert "more than 2,000 rows" in error["message"]


def test_nested_lists_count_too(portal: Portal) -> None:
    shop = Shop(portal)
    asked = " ".join(f"e{number}: enrollments(first: 200) {{ next }}" for number in range(11))
    errors = shop.owner.graphql(f"{{ programs {{ {asked} }} }}")["errors"]
    assert len(errors) == 1
    assert "more than 2,000 rows" in errors[0]["message"]
