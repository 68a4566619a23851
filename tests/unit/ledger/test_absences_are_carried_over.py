"""Who was out of use when absences began to be kept has been since then; who was not has none."""

from datetime import timedelta

import sqlalchemy as sa

from tests.support.ledger import NOON, clock_at
from tribute.ledger.absences import Absence
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.coupons import Coupons
from tribute.ledger.database import Database
from tribute.migrations import migrate
from tribute.migrations.run import upgrade

_EARLIER = """
    INSERT INTO affiliates VALUES ('aff_ada', 'Ada', 'a', 'a', '2026-11-01 12:00:00.000000+00:00', NULL);
    INSERT INTO affiliates VALUES ('aff_bob', 'Bob', 'b', 'b', '2026-11-01 12:00:00.000000+00:00', '2026-11-23 12:00:00.123456+00:00');
    INSERT INTO programs VALUES ('prg_1', 'A', 'a', '2026-11-01 12:00:00.000000+00:00', NULL);
    INSERT INTO coupons VALUES ('prg_1', 'ada20', 'aff_ada', '2026-11-01 12:00:00.000000+00:00', NULL);
    INSERT INTO coupons VALUES ('prg_1', 'bob20', 'aff_ada', '2026-11-01 12:00:00.000000+00:00', '2026-11-23 12:00:00.123456+00:00')
"""


def test_absences_that_last_are_carried_over(empty_ledger_url: str) -> None:
    database = Database(empty_ledger_url, create=True)
    with database.session() as session:
        upgrade(session.connection(), to="2026_11_23_lists_of_affiliates")
        for statement in _EARLIER.split(";"):
            session.execute(sa.text(statement))
    migrate(database)
    with database.session() as session:
        affiliates, coupons = Affiliates(session, clock_at(NOON + timedelta(days=1))), Coupons(session, clock_at())
        assert affiliates.absences(["aff_ada", "aff_bob"]) == {"aff_ada": [], "aff_bob": [Absence(NOON, None)]}
        affiliates.set_active("aff_bob", active=True)
        assert affiliates.absences(["aff_bob"]) == {"aff_bob": [Absence(NOON, NOON + timedelta(days=1))]}
        held = [coupons.holder_of("prg_1", code, given_by=NOON, used_at=NOON) for code in ("ada20", "bob20")]
        assert held == ["aff_ada", None]
    database.close()
