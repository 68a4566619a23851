"""Everything that the ledger knows of some conversions comes in a few queries, with what stands and nothing else."""

from sqlalchemy import event

from tests.support.books import at, earned, new_world, told
from tribute.ledger.commissions import Commissions
from tribute.ledger.database import Database
from tribute.ledger.decisions import Decisions
from tribute.ledger.money_facts import money_facts
from tribute.ledger.refunds import Refunds


def test_facts_are_what_stands(ledger: Database) -> None:
    world = new_world(ledger)
    with ledger.session() as session:
        commissions = Commissions(session, world.clock)
        one, gone = earned(session, world, "o1", world.ada, occurred_at=at(2)), earned(session, world, "o2", world.bob, occurred_at=at(1))
        commissions.supersede(gone.id)
        dispute, _ = Refunds(session).open_dispute(one.conversion_id, "d_1", reason="", opened_at=at(1), by="tok_1")
        reversal, _ = commissions.reverse(one, 50, occurred_at=at(3), dispute_id=dispute.id)
        bare = told(session, world, "o3")
        times = {"occurred_at": at(1), "received_at": at(2)}
        refund, _ = Refunds(session).add(bare.id, "re_1", fingerprint="f", amount_minor=1, lines={}, reason="", by="tok_1", **times)
    with ledger.reading() as session:
        statements: list[str] = []
        event.listen(session.connection(), "before_cursor_execute", lambda *heard: statements.append(heard[2]))
        third, second, first = money_facts(session, world.clock, [one.conversion_id, gone.conversion_id, bare.id, "cnv_0"])
        assert len(statements) == 6
        decisions = Decisions(session, world.clock)
        assert first.decision == decisions.newest(one.conversion_id)
        assert first.commission == Commissions(session, world.clock).by_id(one.id)
    assert (first.conversion.id, first.refunds, first.reversals) == (one.conversion_id, (), [reversal])
    assert (second.conversion.id, second.commission, second.reversals) == (gone.conversion_id, None, ())
    assert (third.conversion.id, third.decision, third.refunds) == (bare.id, None, [refund])
