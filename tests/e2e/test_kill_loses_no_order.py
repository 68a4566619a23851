"""kill -9 at random moments while orders and refunds come in: what was answered is there, decided, owed once, and the books hold."""

import itertools
import random
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.support.checkout import Shop, open_shop
from tests.support.served import Tribute, eventually
from tribute.ledger.database import Database
from tribute.ledger.proof import Proof, prove

LIVES = 6
SENDERS = 3
LONGEST_LIFE_SECONDS = 1.5
AMOUNT, REFUNDED = 10_000, 3_000


class Told:
    """What senders were answered: orders to their conversions' ids, and which of them a refund is confirmed of."""

    def __init__(self) -> None:
        self.orders: dict[str, str] = {}
        self.refunded: set[str] = set()
        self.unanswered: list[str] = []
        self.numbers = itertools.count()
        self.lock = threading.Lock()

    def take(self) -> str:
        """An order to tell: one that nobody answered, as a client tries again, or a new one."""
        with self.lock:
            return self.unanswered.pop() if self.unanswered else f"order-{next(self.numbers)}"


def tell(shop: Shop, told: Told, name: str) -> None:
    """Tell an order, and a refund of every other."""
    told.orders[name] = shop.order(name, AMOUNT, affiliate_code="ada")["id"]
    if int(name.rpartition("-")[2]) % 2:
        refund = {"external_id": "re_1", "amount_minor": REFUNDED}
        shop.told("POST", f"/conversions/{told.orders[name]}/refunds", refund)
        told.refunded.add(name)


def send(shop: Shop, told: Told) -> None:
    """Tell orders until the server is gone."""
    while True:
        name = told.take()
        try:
            tell(shop, told, name)
        except httpx.TransportError:
            with told.lock:
                told.unanswered.append(name)
            return


def live_and_die(shop: Shop, told: Told, seed: int) -> None:
    shop.tribute.start()
    shop.told("GET", "/conversions?limit=1")  # what answers is built once somebody asks
    senders = [threading.Thread(target=send, args=(shop, told), daemon=True) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    time.sleep(random.Random(seed).uniform(0.2, LONGEST_LIFE_SECONDS))  # the moment of the kill is what is tried here
    shop.tribute.kill()
    for sender in senders:
        sender.join(30)
        assert not sender.is_alive()


def proof_of(home: Path) -> Proof:
    database = Database(f"sqlite:///{home / 'tribute.db'}")
    with database.reading() as session:
        proof = prove(session)
    database.close()
    return proof


def everything_known(shop: Shop) -> dict[str, str]:
    """Every order that the server has, with its status."""
    found: dict[str, str] = {}
    cursor = ""
    while True:
        page = shop.told("GET", f"/conversions?limit=200{cursor}")
        found |= {one["external_id"]: one["status"] for one in page["conversions"]}
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def assert_numbers_agree(shop: Shop, told: Told) -> None:
    """The ledger's balance, the given query and the analytics tell the same."""
    owed = (len(told.orders) * AMOUNT - len(told.refunded) * REFUNDED) / 2 / 100
    (balance,) = shop.told("GET", "/balances?affiliate_id=ada")["balances"]
    assert balance["pending_minor"] / 100 == owed
    assert eventually(lambda: shop.tribute.total(shop.ada, "Commissions"), lambda seen: seen == owed) == owed
    query = "query ($input: AnalyticsInput!) { analytics(input: $input) { totals { conversions commissions } } }"
    asked = {"metrics": ["Conversions", "Commissions"], "window": "Last7Days"}
    wanted = {"conversions": len(told.orders), "commissions": owed}
    assert eventually(lambda: shop.graphql(query, shop.ada, input=asked)["analytics"]["totals"], lambda seen: seen == wanted) == wanted


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_every_answered_order_is_there_and_owed_once(tmp_path: Path) -> None:
    tribute = Tribute(tmp_path / "home")
    shop, told = open_shop(tribute), Told()
    for seed in range(LIVES):
        tribute.forks = seed > 0
        live_and_die(shop, told, seed)
        assert proof_of(tribute.home).faults == ()
    answered = set(told.orders)
    assert len(answered) > LIVES, "hardly anything was sent"
    tribute.start()
    try:
        assert answered - everything_known(shop).keys() == set(), "lost"
        while told.unanswered:
            tell(shop, told, told.take())
        wanted = dict.fromkeys(told.orders, "decided")
        assert eventually(lambda: everything_known(shop), lambda seen: seen == wanted) == wanted
        assert_numbers_agree(shop, told)
    finally:
        tribute.stop()
    assert proof_of(tribute.home).faults == ()
