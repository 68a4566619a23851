"""Clicks, orders, refunds, disputes, new terms, the owner's words, delays, in any order: the books balance and equal a recount."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.ledger import new_ledger
from tests.support.money_machine import MoneyMachine
from tests.support.postgresql import migrated_database
from tribute.ledger.database import Database

_QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_on_sqlite() -> None:
    with TemporaryDirectory() as folder:
        numbers = iter(range(1_000_000))

        class OnSqlite(MoneyMachine):
            @staticmethod
            def make_ledger() -> Database:
                return new_ledger(Path(folder), f"{next(numbers)}.db")

        run_state_machine_as_test(
            OnSqlite, settings=settings(max_examples=60, stateful_step_count=20, deadline=None, suppress_health_check=_QUIET)
        )


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.timeout(600)
def test_on_postgresql() -> None:
    with ExitStack() as ledgers:

        class OnPostgresql(MoneyMachine):
            @staticmethod
            def make_ledger() -> Database:
                return Database(ledgers.enter_context(migrated_database()))

        run_state_machine_as_test(
            OnPostgresql, settings=settings(max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=_QUIET)
        )
