"""Applications that the API brought were written down with terms that nobody had been shown; those of forms keep theirs."""

import sqlalchemy as sa

from tests.support.ledger import clock_at
from tribute.ledger.applications import Applications
from tribute.ledger.database import Database
from tribute.migrations import migrate
from tribute.migrations.run import upgrade

_TOLD = {"at": "2026-11-01 12:00:00.000000+00:00", "terms": '{"currency": "USD", "rules": []}'}
_EARLIER = """
    INSERT INTO programs VALUES ('prg_1', 'A', 'a', :at, NULL);
    INSERT INTO program_terms (id, program_id, created_at, created_by, note, terms) VALUES ('trm_1', 'prg_1', :at, 't', '', :terms);
    INSERT INTO applications VALUES
        ('app_api', 'prg_1', NULL, 'waiting', 'A', 'a', 'a', 'a', '', '[]', 'trm_1', 'app_api', :at, NULL, NULL, NULL),
        ('app_form', 'prg_1', NULL, 'waiting', 'B', 'b', 'b', 'b', 'Blog', '[]', 'trm_1', '9f86d081', :at, NULL, NULL, NULL)
"""


def test_only_what_a_form_said_was_accepted_stays(empty_ledger_url: str) -> None:
    database = Database(empty_ledger_url, create=True)
    with database.session() as session:
        upgrade(session.connection(), to="2026_11_23_creatives")
        for statement in _EARLIER.split(";"):
            session.execute(sa.text(statement), _TOLD)
    migrate(database)
    with database.reading() as session:
        kept = [Applications(session, clock_at()).by_id(one) for one in ("app_api", "app_form")]
    assert [one and (one.terms_id, one.promotes) for one in kept] == [(None, ""), ("trm_1", "Blog")]
    database.close()
