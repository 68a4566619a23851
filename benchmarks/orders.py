"""How many orders a second are decided on one core of a new SQLite ledger, beside a plain insert of as many rows of the same sizes."""

import os
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.claims import Bench, Claim, Figure, Measured, Options, Table
from benchmarks.machine import scratch
from benchmarks.running import run
from tests.support.money import MoneyWorld
from tribute.analytics.clicks import Click, ClicksAsked
from tribute.ledger.database import Base, Database
from tribute.ledger.models_money import CommissionRow, EntryRow, TransactionRow
from tribute.ledger.models_orders import ConversionRow, DecisionRow, MoneyOutboxRow
from tribute.ledger.proof import prove
from tribute.ledger.rules.terms import Cap, Rule, Step, Tiers
from tribute.migrations import migrate

ROUNDS = 5
AFFILIATES = 20
CLICKS_A_VISITOR = 3
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


class Round:
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


def rounds_of(database: Database, rules: tuple[Rule, ...], orders: int) -> dict[str, list[float]]:
    """A second, round by round: orders taken in, decided, decided by the core's own time, and rows of as many plainly inserted."""
    bench, plain = Round(database, rules), sa.MetaData()
    rates: dict[str, list[float]] = {"taken in": [], "decided": [], "decided of core": [], "plainly inserted": []}
    for _ in range(ROUNDS):
        rates["taken in"].append(orders / bench.take_in(orders))
        seconds, core = bench.decide()
        rates["decided"].append(orders / seconds)
        rates["decided of core"].append(orders / core)
        rates["plainly inserted"].append(orders / plain_insert(database, copies_of(database, plain, orders)))
    with database.reading() as session:
        assert prove(session).faults == ()
        assert session.scalar(sa.select(sa.func.count()).select_from(CommissionRow)) == bench.told
    return rates


def measure(options: Options) -> Measured:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    found: dict[str, dict[str, list[float]]] = {}
    for name, rules in _RULES.items():
        with scratch("orders") as folder:
            database = Database(f"sqlite:///{Path(folder) / 'tribute.db'}", create=True)
            migrate(database)
            found[name] = rounds_of(database, rules, options.count("orders"))
            database.close()
    slowest = min(found.values(), key=lambda rates: statistics.median(rates["decided of core"]))
    rows = [(name.replace("_", " "), *(statistics.median(rates[column]) for column in rates)) for name, rates in found.items()]
    return Measured(
        {
            "decided": Figure.of(slowest["decided of core"]),
            "times_a_plain_insert": Figure.ratio(slowest["plainly inserted"], slowest["decided"]),
        },
        (Table("Orders a second", ("Rules", *next(iter(found.values()))), rows),),
        raw={"rounds": found},
    )


BENCH = Bench(
    name="orders",
    title="Deciding orders",
    about="""
Orders are decided on one core of a new SQLite ledger: from their visitor's clicks and their customer's history, the decision kept with
its reasons, the commission booked in double entry. Beside it the same rows are inserted plainly, into tables without keys and indexes.
""",
    claims=(
        Claim("decided", "Orders decided a second of one core, with the rules that take longest", "orders/s", "more", 300),
        Claim("times_a_plain_insert", "Deciding beside plainly inserting the same rows", "×", "less"),
    ),
    measure=measure,
    minutes=1,
    options={"orders": ("1000", "orders in a round")},
    leaves_out=("The event store: an order's clicks are at hand.",),
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
