"""Every change made at a terminal has its note in the audit log, without secrets; what only reads has none."""

import pytest

from tests.support.cli import Tribute
from tribute.kit.clock import SystemClock
from tribute.ledger.audit import Audit, AuditRecord
from tribute.ledger.database import Database

CHANGES = (
    ("website.add", ("website", "add", "--name", "Shop", "--domain", "shop.example")),
    ("website.map", ("website", "map", "--website", "shop", "--host", "old.example")),
    ("website.set", ("website", "set", "--website", "shop", "--window-days", "30")),
    ("affiliate.add", ("affiliate", "add", "--name", "Ada", "--email", "ada@affiliates.example", "--code", "ada")),
    ("affiliate.code_add", ("affiliate", "add-code", "--affiliate", "ada", "--code", "lovelace")),
    ("link.add", ("link", "add", "--affiliate", "ada", "--website", "shop")),
    ("token.add", ("token", "add", "--owner")),
    ("owner.add", ("owner", "add", "--email", "olga@owner.example")),
    ("aws_key.add", ("aws-key", "add")),
    ("program.add", ("program", "add", "--name", "P", "--website", "shop", "--percent", "50", "--currency", "USD")),
)


@pytest.fixture
def changed(tribute: Tribute) -> list[AuditRecord]:
    for _, command in CHANGES:
        tribute.json(*command)
    tribute("website", "list")
    database = Database(f"sqlite:///{tribute.home / 'tribute.db'}")
    with database.reading() as session:
        noted = Audit(session, SystemClock()).page().items
    database.close()
    return list(reversed(noted))


def test_each_change_is_noted_once(changed: list[AuditRecord]) -> None:
    assert [note.action for note in changed] == [action for action, _ in CHANGES]
    assert {note.by for note in changed} == {"command line"}


def test_no_note_holds_a_secret_or_an_address(changed: list[AuditRecord]) -> None:
    assert all("@" not in str(note.detail) and "tribute_" not in str(note.detail) for note in changed)
