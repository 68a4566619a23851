"""What the demo's visitors buy: some of those who start a checkout pay, and some of those want their money back.

Sent through the public REST door with an owner's token, after the visits, so that each order finds the clicks that lie before it. The same
checkouts give the same orders, so that sending may be repeated.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

import msgspec

from tribute.demo.calls import Call
from tribute.demo.sending import Door, in_parallel
from tribute.demo.wire import DAY_MS, iso_ms, milliseconds

CURRENCY = "USD"
MOST_ORDERS = 300
"""A shop's year that is told within seconds."""

_PAYING = 0.4
_REFUNDED = 0.07
_REFUNDED_WHOLE = 0.6
_WITH_COUPON = 0.05
_EXTRAS = (0,) * 6 + (2_900,) * 2 + (-2_000,)
"""On top of the course's price, in minor units: nothing, a workbook, a seasonal discount."""
_VAT_PERCENT = 20
_CONNECTIONS = 4
_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Sale:
    """An order as the shop tells of it, and its refund, if there is one."""

    order: dict[str, Any]
    refund: dict[str, Any] | None


def sales(checkouts: Sequence[Call], end: datetime, coupons: Sequence[str] = ()) -> list[Sale]:
    """The orders that come of checkouts, in the order of time; none occurs, or is given back, after the end."""
    paying = [call for call in checkouts if Random(call.message_id).random() < _PAYING]  # noqa: S311 - repeatable on purpose
    step = max(1, -(-len(paying) // MOST_ORDERS))
    chosen = sorted(paying, key=lambda call: (call.original_ms, call.message_id))[::step]
    return [_sale(call, milliseconds(end), coupons) for call in chosen]


def send_sales(
    base_url: str,
    token: str,
    told: Sequence[Sale],
    on_progress: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005 - nobody is watching
) -> int:
    """Tell of every sale and then of its refund; how many orders there were. Raises RefusedError, UnavailableError as `Door.post`."""
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    with Door(base_url, connections=_CONNECTIONS) as door, ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="selling") as pool:

        def send(sale: Sale) -> None:
            answer = door.post("/api/v1/conversions", msgspec.json.encode(sale.order), headers)
            if sale.refund is not None:
                door.post(f"/api/v1/conversions/{answer.json()['id']}/refunds", msgspec.json.encode(sale.refund), headers)

        with door.stopped_after():
            for done, _ in enumerate(in_parallel(pool, send, told, _AHEAD), 1):
                on_progress(done, len(told))
    return len(told)


def _sale(call: Call, end_ms: int, coupons: Sequence[str]) -> Sale:
    rng = Random(f"{call.message_id}:sale")  # noqa: S311 - repeatable on purpose; nothing here is a secret
    number = f"{call.website.domain.partition('-')[0]}-{call.message_id[:8]}"
    at_ms = min(end_ms, call.original_ms + 60_000 + int(rng.expovariate(1 / 180_000)))
    net = call.website.price * 100 + rng.choice(_EXTRAS)
    tax = net * _VAT_PERCENT // 100 if call.visitor.audience.zone.key.startswith("Europe/") else 0
    order: dict[str, Any] = {
        "website": call.website.domain,
        "external_id": number,
        "amount_minor": net + tax,
        "tax_minor": tax,
        "currency": CURRENCY,
        "occurred_at": iso_ms(at_ms),
        "anonymous_id": call.visitor.anonymous_id,
        "customer": {"external_id": f"cus_{call.visitor.anonymous_id[:13]}"},
        "items": [{"id": "1", "amount_minor": net, "product": "course", "name": call.website.name}],
    }
    if coupons and rng.random() < _WITH_COUPON:
        order["coupon"] = rng.choice(coupons)
    return Sale(order, next(_refunds(order, number, at_ms, end_ms, rng), None))


def _refunds(order: dict[str, Any], number: str, at_ms: int, end_ms: int, rng: Random) -> Iterator[dict[str, Any]]:
    """The order's refund, whole or of a part, some days later; none where that is still to come."""
    if rng.random() >= _REFUNDED:
        return
    whole = rng.random() < _REFUNDED_WHOLE
    refunded_ms = at_ms + int((1 + 20 * rng.random()) * DAY_MS)
    if refunded_ms <= end_ms:
        amount = order["amount_minor"] if whole else order["amount_minor"] // 4
        reason = "Money-back guarantee" if whole else "Part of the price, because lessons came late"
        yield {"external_id": f"re-{number}", "amount_minor": amount, "reason": reason, "occurred_at": iso_ms(refunded_ms)}
