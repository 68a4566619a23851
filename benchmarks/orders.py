"""How many orders a second are decided on one core of a new SQLite ledger, beside a plain insert of as many rows of the same sizes.

Run: `.venv/bin/python -m benchmarks.orders [ORDERS]`. The claim is at least 300 orders a second:
each is decided from its visitor's clicks and its customer's history, its decision kept, its commission booked. Both are measured in turns,
round by round, so that a busy machine slows both. Takes about half a minute.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.support.money import MoneyWorld
from tribute.analytics.port import Click, ClicksAsked
from tribute.ledger.database import Base, Database
from tribute.ledger.models_money import CommissionRow, EntryRow, TransactionRow
from tribute.ledger.models_orders import ConversionRow, DecisionRow, MoneyOutboxRow
from tribute.ledger.proof import prove
from tribute.ledger.rules.terms import Cap, Rule, Step, Tiers
from tribute.migrations import migrate

ORDERS = 1000
ROUNDS = 5
AFFILIATES = 20
CLICKS_A_VISITOR = 3
FLOOR = 300
"""Orders a second of one core."""
_ROWS = (ConversionRow, DecisionRow, CommissionRow, TransactionRow, EntryRow, MoneyOutboxRow)
"""What one order leaves behind."""
_RULES = {
    "percent": (Rule(percent="50"),),
    "tiers_and_cap": (
        Rule(percent="20", tiers=Tiers("count", "month", (Step(10, percent="30"),)), cap=Cap(10_000_000, "month")),
        Rule(percent="25", products=("pro",)),
    ),
}


class ClicksByVisitor:
    """Evidence at hand: what is measured is the ledger, not the event store."""

    def __init__(self) -> None:
        self.clicks: dict[str, list[Click]] = {}

    def clicks_for(self, asked: list[ClicksAsked]) -> list[list[Click]]:
        return [self.clicks.get(one.visitor_id or "", []) for one in asked]

    def visitors_of_orders(self, asked: list[Any]) -> list[str | None]:
        return [None for _ in asked]


class Bench:
    """One world with orders that come round by round."""

    def __init__(self, database: Database, rules: tuple[Rule, ...]) -> None:
        self.world = MoneyWorld(database)
        self.world.program(*rules)
        self.codes = [f"affiliate{number}" for number in range(AFFILIATES)]
        for code in self.codes:
            self.world.affiliate(code)
        self.told = 0
        self.clicks = ClicksByVisitor()
        self.world.desk._evidence = self.clicks  # noqa: SLF001 -- the world has no other way to be given evidence, and tests need none

    def take_in(self, orders: int) -> float:
        """Take orders in as the REST door does, one transaction each; seconds."""
        began = time.perf_counter()
        for number in range(self.told, self.told + orders):
            visitor, code = f"visitor-{number}", self.codes[number % AFFILIATES]
            self.clicks.clicks[visitor] = [self._click(visitor, code, index) for index in range(CLICKS_A_VISITOR)]
            self.world.order(f"order-{number}", decide=False, anonymous_id=visitor, customer=f"customer{number // 2}@example.com")
        self.told += orders
        return time.perf_counter() - began

    def decide(self) -> tuple[float, float]:
        """Decide all that waits; seconds, and seconds of the core alone, which tell the same on a busy machine."""
        began, core = time.perf_counter(), time.process_time()
        self.world.desk.decide_due()
        return time.perf_counter() - began, time.process_time() - core

    def _click(self, visitor: str, code: str, index: int) -> Click:
        return Click(
            click_id=f"click-{visitor}-{index}",
            website_id=self.world.website(),
            visitor_id=visitor,
            time=self.world.clock.at - timedelta(hours=index + 1),
            code=code,
            affiliate_id=self.world.affiliates[code],
        )


def plain_insert(database: Database, copies: list[tuple[sa.Table, list[dict[str, Any]]]]) -> float:
    """Insert the rows that the last round made into tables that only look like the ledger's; seconds."""
    with database.session() as session:
        for table, _ in copies:
            session.execute(sa.delete(table))
    began = time.perf_counter()
    with database.session() as session:
        for table, rows in copies:
            session.connection().execute(sa.insert(table), rows)
    return time.perf_counter() - began


def copies_of(database: Database, plain: sa.MetaData, last: int) -> list[tuple[sa.Table, list[dict[str, Any]]]]:
    """As many of the newest rows of each table as `last` orders made, without keys and indexes."""
    found = []
    for row in _ROWS:
        table = Base.metadata.tables[row.__tablename__]
        copy = plain.tables.get(f"plain_{table.name}")
        if copy is None:
            copy = sa.Table(f"plain_{table.name}", plain, *(sa.Column(column.name, column.type) for column in table.c))
        with database.reading() as session:
            many = last * (2 if row is EntryRow else 1)
            rows = [dict(one._mapping) for one in session.execute(sa.select(table).order_by(sa.text("rowid DESC")).limit(many))]  # noqa: SLF001 -- SQLAlchemy's public name for it
        found.append((copy, rows))
    plain.create_all(database.engine)
    return found


def measure(database: Database, rules: tuple[Rule, ...], orders: int) -> dict[str, Any]:
    bench, plain = Bench(database, rules), sa.MetaData()
    taking, deciding, of_core, inserting = [], [], [], []
    for _ in range(ROUNDS):
        taking.append(orders / bench.take_in(orders))
        seconds, core = bench.decide()
        deciding.append(orders / seconds)
        of_core.append(orders / core)
        inserting.append(orders / plain_insert(database, copies_of(database, plain, orders)))
    with database.reading() as session:
        assert prove(session).faults == ()
        assert session.scalar(sa.select(sa.func.count()).select_from(CommissionRow)) == bench.told
    ratios = [plainly / decided for plainly, decided in zip(inserting, deciding, strict=True)]
    return {
        "orders": bench.told,
        "taken_in_per_second": round(statistics.median(taking)),
        "decided_per_second": round(statistics.median(deciding)),
        "decided_per_second_of_core": round(statistics.median(of_core)),
        "decided_per_second_by_round": [round(one) for one in deciding],
        "plain_insert_per_second": round(statistics.median(inserting)),
        "times_a_plain_insert": round(statistics.median(ratios), 1),
    }


def main() -> int:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else ORDERS
    slowest = float("inf")
    for name, rules in _RULES.items():
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{Path(folder) / 'tribute.db'}", create=True)
            migrate(database)
            figures = measure(database, rules, orders)
            database.close()
        print(json.dumps({"rules": name, **figures}), flush=True)
        slowest = min(slowest, figures["decided_per_second_of_core"])
    return 0 if slowest >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
