"""How long a shop waits for `POST /api/v1/conversions` of a served Tribute, beside `/healthz` of the same server in the same turns.

Run: `.venv/bin/python -m benchmarks.orders_over_http [ORDERS]`. The answer holds the decision: the order is on disk, every event received
before it is loaded, its commission is booked. By one sender, then by eight at once; each round asks for both. Takes about a minute.
"""

import json
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from tests.support.checkout import Shop, open_shop
from tests.support.served import served

ORDERS = 200
"""In a round, of one sender."""
ROUNDS = 3
SENDERS = 8


class Sender:
    """A shop's client, which keeps its connection."""

    def __init__(self, shop: Shop, numbers: "count[int]") -> None:
        self._client = httpx.Client(base_url=shop.tribute.url, headers={"x-api-key": shop.owner}, trust_env=False, timeout=30)
        self._numbers = numbers
        self.waited: list[float] = []
        self.decided = 0

    def order(self) -> None:
        """Tell an order of its own, and note how long the answer took."""
        number = next(self._numbers)
        body = {
            "website": "course.example",
            "external_id": f"order-{number}",
            "amount_minor": 10_000,
            "currency": "USD",
            "affiliate_code": "ada",
            "customer": {"email": f"customer{number // 2}@example.com"},
        }
        began = time.perf_counter()
        answer = self._client.post("/api/v1/conversions", json=body)
        self.waited.append(time.perf_counter() - began)
        assert answer.status_code == 201, answer.text
        self.decided += answer.json()["status"] == "decided"

    def health(self) -> None:
        began = time.perf_counter()
        assert self._client.get("/healthz").status_code == 200
        self.waited.append(time.perf_counter() - began)

    def orders(self, how_many: int) -> "Sender":
        for _ in range(how_many):
            self.order()
        return self


def told(name: str, rounds: list[list[float]]) -> dict[str, Any]:
    """The median and the 99th percentile of each round, in milliseconds; of these the median."""
    cuts = [statistics.quantiles(waited, n=100) for waited in rounds]
    return {f"{name}_{label}_ms": round(statistics.median(cut[at] for cut in cuts) * 1000, 1) for label, at in (("p50", 49), ("p99", 98))}


def measure(shop: Shop, orders: int) -> dict[str, Any]:
    numbers = count()
    Sender(shop, numbers).orders(20)  # the first ones warm everything up
    alone, plain, together, rates, decided = [], [], [], [], 0
    for _ in range(ROUNDS):
        sender, asker = Sender(shop, numbers).orders(orders), Sender(shop, numbers)
        for _ in range(orders):
            asker.health()
        began = time.perf_counter()
        with ThreadPoolExecutor(SENDERS) as pool:
            senders = list(pool.map(lambda _: Sender(shop, numbers).orders(orders // 4), range(SENDERS)))
        rates.append(SENDERS * (orders // 4) / (time.perf_counter() - began))
        alone.append(sender.waited)
        plain.append(asker.waited)
        together.append([one for each in senders for one in each.waited])
        decided += sender.decided + sum(each.decided for each in senders)
    return {
        **told("alone", alone),
        **told("eight_at_once", together),
        **told("healthz", plain),
        "orders_per_second_of_eight": round(statistics.median(rates)),
        "decided_in_the_answer": round(decided / sum(map(len, (*alone, *together))), 3),
    }


def main() -> None:
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else ORDERS
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "home") as tribute:
        print(json.dumps(measure(open_shop(tribute), orders)))


if __name__ == "__main__":
    main()
