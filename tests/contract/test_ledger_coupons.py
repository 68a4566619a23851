"""Coupons: a code is one affiliate's for ever within its program, found in any case."""

from datetime import timedelta

import pytest

from tests.support.books import TERMS, new_world
from tests.support.ledger import NOON
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError
from tribute.ledger.coupons import Coupons
from tribute.ledger.database import Database
from tribute.ledger.programs import Programs


def test_a_coupon_never_changes_hands(ledger: Database) -> None:
    world = new_world(ledger)
    with ledger.session() as session:
        coupons = Coupons(session, world.clock)
        coupon = coupons.add(world.program, " Ada-20% ", world.ada)
        assert coupon.code == "ada-20%"
        assert coupons.add(world.program, "ADA-20%", world.ada) == coupons.find(world.program, "aDa-20%") == coupon
        disabled = coupons.disable(world.program, "ADA-20%")
        assert disabled.disabled_at == NOON
        with pytest.raises(ConflictError, match="'ada-20%' is another affiliate's"):
            coupons.add(world.program, "ada-20%", world.bob)
        assert coupons.find(world.program, "ada-20%") == coupons.disable(world.program, "ada-20%") == disabled
        assert coupons.add(world.program, "ada-20%", world.ada) == coupon
        second = Programs(session, world.clock).add("Second", TERMS, by="own_1")
        elsewhere = coupons.add(second.id, "ada-20%", world.bob)
        assert set(coupons.all()) == {coupon, elsewhere}
        assert coupons.all(program_id=second.id) == coupons.all(affiliate_id=world.bob) == [elsewhere]


def test_whose_a_coupon_was_stays_when_it_is_disabled_and_taken_up_again(ledger: Database) -> None:
    world = new_world(ledger)
    days = [NOON + timedelta(days=number) for number in range(5)]
    with ledger.session() as session:
        coupons = Coupons(session, world.clock)
        coupons.add(world.program, "ada20", world.ada)

        def holders() -> list[str | None]:
            return [coupons.holder_of(world.program, "ADA20", given_by=days[-1], used_at=at) for at in days]

        world.clock.at = days[1]
        coupons.disable(world.program, "ada20")
        assert holders() == [world.ada, None, None, None, None]
        world.clock.at = days[2]
        coupons.add(world.program, "ada20", world.ada)
        assert holders() == [world.ada, None, world.ada, world.ada, world.ada]
        world.clock.at = days[4]
        assert coupons.disable(world.program, "ada20").disabled_at == days[4]
        assert holders() == [world.ada, None, world.ada, world.ada, None]
        for program, code, given_by in (
            (world.program, "ada20", NOON - timedelta(days=1)),
            (world.program, "a b", NOON),
            ("prg_0", "ada20", NOON),
        ):
            assert coupons.holder_of(program, code, given_by=given_by, used_at=NOON) is None


def test_what_cannot_be_a_coupon_is_refused_and_never_found(ledger: Database) -> None:
    world = new_world(ledger)
    with ledger.session() as session:
        coupons = Coupons(session, world.clock)
        for text in ("", " ", "a b", "x" * 65, "a\x00", "a\ud800"):
            assert coupons.find(world.program, text) is None
            with pytest.raises(InvalidInputError, match="coupon: give 1 to 64"):
                coupons.add(world.program, text, world.ada)
        for program, affiliate in (("prg_0", world.ada), (world.program, "aff_0")):
            with pytest.raises(NotFoundError):
                coupons.add(program, "ada20", affiliate)
        with pytest.raises(NotFoundError):
            coupons.disable(world.program, "ada20")
