"""What an order has of the orders linked to it, so that linking loses no evidence of whose it is. Pure; called before it is decided."""

from collections.abc import Sequence

import msgspec

from tribute.ledger.rules.orders import Order


def with_what_linked_tell(order: Order, linked: Sequence[Order]) -> Order:
    """The order with the code, coupon and click that only orders linked to it name, the first by place first; so linking loses none.

    The address's hash goes with them: nobody earns on their own purchase because one of its sources was not told who bought.
    """
    fields = ("affiliate_code", "coupon", "click_id", "customer_email_hash")
    told = {name: next((value for one in (order, *linked) if (value := getattr(one, name))), None) for name in fields}
    return msgspec.structs.replace(order, **told)
