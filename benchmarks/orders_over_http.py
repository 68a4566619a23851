"""How long a shop waits for `POST /api/v1/conversions` of a served Tribute, beside `/healthz` of the same server in the same turns."""

import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import httpx

from benchmarks.claims import Bench, Claim, Figure, Measured, Options, Table
from benchmarks.machine import scratch
from benchmarks.running import run
from tests.support.checkout import Shop, open_shop
from tests.support.served import served

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


def percentile(waited: list[float], percent: int) -> float:
    """In milliseconds."""
    return statistics.quantiles(waited, n=100)[percent - 1] * 1000


def ask(shop: Shop, orders: int) -> tuple[dict[str, list[list[float]]], float]:
    """How long each answer took, in seconds, by who asked and round by round; and which share of orders was decided in its answer."""
    numbers = count()
    Sender(shop, numbers).orders(20)  # the first ones warm everything up
    decided: list[float] = []
    rounds: dict[str, list[list[float]]] = {"one sender": [], "eight senders at once": [], "/healthz": []}
    for _ in range(ROUNDS):
        sender, asker = Sender(shop, numbers).orders(orders), Sender(shop, numbers)
        for _ in range(orders):
            asker.health()
        with ThreadPoolExecutor(SENDERS) as pool:
            senders = list(pool.map(lambda _: Sender(shop, numbers).orders(orders // 4), range(SENDERS)))
        rounds["one sender"].append(sender.waited)
        rounds["/healthz"].append(asker.waited)
        rounds["eight senders at once"].append([one for each in senders for one in each.waited])
        decided += [each.decided / len(each.waited) for each in (sender, *senders)]
    return rounds, statistics.mean(decided)


def measure(options: Options) -> Measured:
    with scratch("orders") as folder, served(Path(folder) / "home") as tribute:
        rounds, decided = ask(open_shop(tribute), options.count("orders"))
    middle = {name: Figure.of([percentile(waited, 50) for waited in each]) for name, each in rounds.items()}
    worst = {name: Figure.of([percentile(waited, 99) for waited in each]) for name, each in rounds.items()}
    rows = [(name, middle[name].value, worst[name].value) for name in rounds]
    figures = {"alone": middle["one sender"], "alone_p99": worst["one sender"], "decided": Figure(decided * 100)}
    return Measured(figures, (Table("Answers", ("Asked by", "p50 ms", "p99 ms"), rows),))


BENCH = Bench(
    name="orders_over_http",
    title="Orders over HTTP",
    about="""
A shop tells orders by `POST /api/v1/conversions`. The answer holds the decision: the order is on disk, every event received before it
is loaded, its commission is booked.
""",
    claims=(
        Claim("alone", "An order told and decided over HTTP, p50", "ms", "less"),
        Claim("alone_p99", "An order told and decided over HTTP, p99", "ms", "less"),
        Claim("decided", "Orders whose answer holds the decision", "%", "more"),
    ),
    measure=measure,
    minutes=1.5,
    options={"orders": ("200", "orders in a round, of one sender")},
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
