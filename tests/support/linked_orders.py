"""One order as two sources tell of it, and the owner who says that it is the same."""

from datetime import timedelta
from typing import Any

from tests.support.money import MoneyWorld
from tribute.access.caller import Caller, Role
from tribute.office.orders import OrderOffice

OWNER = Caller(Role.OWNER, "own_00000000000000000000")


def tell_of_one_order(world: MoneyWorld, api: dict[str, Any], checkout: dict[str, Any]) -> tuple[str, str]:
    """An order of 100.00 of a day ago as the shop's API tells it, and, a minute later by place, as a checkout does; both's ids."""
    placed = world.clock.at - timedelta(days=1)
    shared: dict[str, Any] = {"amount": 10_000, "payment_reference": "pi_1"}
    one = world.order("order-1", source="api", occurred_at=placed, **(shared | api))
    return one, world.order("ch_1", source="stripe", occurred_at=placed + timedelta(minutes=1), **(shared | checkout))


def office(world: MoneyWorld) -> OrderOffice:
    return OrderOffice(world.database, world.clock, world.desk, lambda: None)


def link(world: MoneyWorld, conversion_id: str, to: str) -> None:
    """The owner says that an order is the same as another, which alone earns."""
    office(world).link(OWNER, conversion_id, to)
