"""Orders, refunds and disputes told in two orders: both ledgers end in the same decisions and sums, which a naive recount has too."""

from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.ledger import new_ledger
from tests.support.money import MoneyWorld
from tests.support.money_stories import Story, arrivals, outcome, stories, tell
from tests.support.postgresql import migrated_database
from tests.support.recount_money import recount
from tribute.ledger.database import Database
from tribute.ledger.proof import prove

_QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_on_sqlite() -> None:
    with TemporaryDirectory() as folder:
        numbers = count()
        _try_stories(lambda: new_ledger(Path(folder), f"{next(numbers)}.db"), examples=60)


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.timeout(600)
def test_on_postgresql() -> None:
    with ExitStack() as ledgers:
        _try_stories(lambda: Database(ledgers.enter_context(migrated_database())), examples=6)


def _try_stories(make_ledger: Callable[[], Database], examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=_QUIET)
    @given(st.data())
    def the_order_of_arrival_makes_no_difference(data: st.DataObject) -> None:
        story = data.draw(stories())
        first, second = MoneyWorld(make_ledger()), MoneyWorld(make_ledger())
        names = tell(first, story, story.tellings, decide=lambda: True)
        others = tell(second, story, data.draw(arrivals(story)), decide=lambda: data.draw(st.booleans()))
        assert outcome(first, names) == outcome(second, others)
        _equals_the_recount(first, names, story)
        for world in (first, second):
            with world.database.reading() as session:
                assert prove(session).faults == ()
            world.database.close()

    the_order_of_arrival_makes_no_difference()


def _equals_the_recount(world: MoneyWorld, names: dict[str, str], story: Story) -> None:
    wanted = recount(story.told())
    for conversion_id, name in names.items():
        source, _, external_id = name.partition("/")
        due, commission = wanted[source, external_id], world.commission(conversion_id)
        credited = world.conversion(conversion_id).state.credited_affiliate_id
        assert credited == (world.affiliates[due.affiliate] if due.affiliate is not None else None)
        assert (commission.amount_minor if commission is not None else 0) == due.earned_minor
        if not story.by_line:
            assert (commission.left_minor if commission is not None else 0) == due.left_minor
