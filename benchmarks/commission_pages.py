"""How long a page of commissions takes for an affiliate with a million of them, beside a plain indexed SELECT of the same rows."""

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.claims import Bench, Claim, Figure, Measured, Options, Table
from benchmarks.machine import scratch
from benchmarks.running import run
from tests.support.books import World, earned, new_world
from tests.support.ledger import NOON
from tribute.kit.ids import new_id
from tribute.ledger.commission_pages import CommissionPages, Filters
from tribute.ledger.commissions import COMMISSION
from tribute.ledger.database import Database, UtcDateTime
from tribute.ledger.models_money import CommissionRow
from tribute.ledger.models_orders import ConversionRow
from tribute.ledger.paging import time_cursor
from tribute.migrations import migrate

PAGES = 300
LIMIT = 50
COPIES = 20
"""Commissions at one instant: pages begin and end within them too."""
SPAN = timedelta(days=3 * 365)
_STATUSES = ("pending",) * 30 + ("approved",) * 65 + ("held", "rejected", "rejected", "rejected", "reversed")


def fill(session: Session, world: World, rows: int) -> None:
    """Copies of one conversion and its commission, over three years, mostly on the first website, of all statuses; made in the database."""
    earned(session, world, "order-0", world.ada)
    instants = sa.Table("instants", sa.MetaData(), sa.Column("number", sa.Integer), sa.Column("at", UtcDateTime()), prefixes=["TEMPORARY"])
    copies = sa.Table("copies", sa.MetaData(), sa.Column("number", sa.Integer), prefixes=["TEMPORARY"])
    for table in (instants, copies):
        table.create(session.connection())
    steps = rows // COPIES
    session.execute(sa.insert(instants), [{"number": n, "at": NOON - SPAN * (n + 1) / steps} for n in range(steps)])
    session.execute(sa.insert(copies), [{"number": n} for n in range(COPIES)])
    number = instants.c.number * COPIES + copies.c.number
    name = sa.cast(number + 10**9, sa.Text)
    statuses = sa.case({n: status for n, status in enumerate(_STATUSES) if status != "approved"}, value=number % 100, else_="approved")
    website = sa.case((number % 33 == 0, world.other_website), else_=world.website)
    for row, given in (
        (ConversionRow, {"id": "cnv_" + name, "external_id": "copy-" + name}),
        (CommissionRow, {"id": "com_" + name, "conversion_id": "cnv_" + name, "status": statuses, "website_id": website}),
    ):
        told = {**given, "occurred_at": instants.c.at}
        values = {column.key: told.get(column.name, column) for column in row.__table__.c}
        original = row.occurred_at == NOON
        query = sa.select(*values.values()).select_from(row).join(instants, sa.true()).join(copies, sa.true()).where(original)
        session.execute(sa.insert(row.__table__).from_select(list(values), query.order_by(instants.c.at, name)))


def asked(world: World) -> Iterator[tuple[str, Filters]]:
    """The questions, by name."""
    yield "all", Filters(world.ada)
    for status in ("approved", "held"):
        yield status, Filters(world.ada, status)
    yield "website", Filters(world.ada, website_id=world.other_website)
    yield "website_and_status", Filters(world.ada, "held", world.other_website)
    yield (
        "program_and_month",
        Filters(world.ada, program_id=world.program, since=NOON - timedelta(days=400), until=NOON - timedelta(days=370)),
    )


def plain(session: Session, filters: Filters, cursor: str) -> None:
    """What the page is held against: as many rows straight from the index, with nothing else to be so."""
    del cursor
    query = sa.select(*COMMISSION).where(CommissionRow.affiliate_id == filters.affiliate_id, CommissionRow.superseded_at.is_(None))
    session.execute(query.order_by(CommissionRow.occurred_at.desc(), CommissionRow.id.desc()).limit(LIMIT + 1)).all()


def page(session: Session, filters: Filters, cursor: str) -> None:
    CommissionPages(session).page(filters, cursor=cursor, limit=LIMIT)


def milliseconds(database: Database, read: Callable[[Session, Filters, str], None], filters: Filters) -> dict[str, float]:
    """The median and the 99th percentile of pages at random depths."""
    dice, took = random.Random(2), []
    for _ in range(PAGES):
        cursor = time_cursor(NOON - SPAN * dice.random(), new_id("com"))
        began = time.perf_counter()
        with database.reading() as session:
            read(session, filters, cursor)
        took.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(took, n=100)
    return {"p50_ms": round(cuts[49], 2), "p99_ms": round(cuts[98], 2)}


def read_all(database: Database, rows: int) -> dict[str, dict[str, float]]:
    """Milliseconds of each question, the plain one first."""
    world = new_world(database)
    with database.session() as session:
        fill(session, world, rows)
    plainly = milliseconds(database, plain, Filters(world.ada))
    return {"plain indexed SELECT": plainly, **{name: milliseconds(database, page, filters) for name, filters in asked(world)}}


def measure(options: Options) -> Measured:
    with scratch("commissions") as folder:
        database = Database(options.text("ledger") or f"sqlite:///{Path(folder) / 'tribute.db'}", create=True)
        migrate(database)
        found = read_all(database, options.count("commissions"))
        database.close()
    pages = [times for name, times in found.items() if not name.startswith("plain")]
    rows = [(name.replace("_", " "), times["p50_ms"], times["p99_ms"]) for name, times in found.items()]
    return Measured(
        {"p99": Figure(max(times["p99_ms"] for times in pages))},
        (Table("A page of 50, at random depths", ("Asked for", "p50 ms", "p99 ms"), rows),),
    )


BENCH = Bench(
    name="commission_pages",
    title="Pages of commissions",
    about="""
An affiliate with a million commissions over three years asks for pages at random depths, with every filter that the portal has.
""",
    claims=(Claim("p99", "A page of commissions of a million, p99, with the filter that takes longest", "ms", "less", 30),),
    measure=measure,
    minutes=2,
    options={
        "commissions": ("1m", "commissions of the affiliate"),
        "ledger": ("", "the ledger's address, as `DATABASE_URL` has it; without one a new SQLite file"),
    },
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
