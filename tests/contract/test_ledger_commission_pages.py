"""Pages of commissions: each that stands is shown once, the latest first, within the filters; a page begins at any cursor alike."""

import random
from collections.abc import Iterator
from itertools import product

import pytest
from sqlalchemy.orm import Session

from tests.support.books import TERMS, World, at, earned, new_world
from tribute.kit.errors import InvalidInputError
from tribute.ledger.commission_pages import CommissionPages, Filters
from tribute.ledger.commissions import CommissionRecord, Commissions
from tribute.ledger.database import Database
from tribute.ledger.programs import Programs


@pytest.fixture
def world(ledger: Database) -> World:
    return new_world(ledger)


@pytest.fixture
def session(ledger: Database, world: World) -> Iterator[Session]:
    """One transaction for the whole test."""
    with ledger.session() as session:
        yield session


@pytest.fixture
def standing(session: Session, world: World) -> list[CommissionRecord]:
    """Some of each kind, many at the same instant; without those that are superseded."""
    second = Programs(session, world.clock).add("Second", TERMS, by="own_1", website_ids=[world.other_website])
    commissions, dice, standing = Commissions(session, world.clock), random.Random(7), []
    for n in range(60):
        where = {"website_id": world.other_website, "program_id": second.id} if dice.random() < 0.4 else {}
        whose = world.ada if dice.random() < 0.7 else world.bob
        one = earned(session, world, f"o{n}", whose, 100 + n, occurred_at=at(dice.randrange(6)), **where)
        status = dice.choice(["pending", "approved", "held", "superseded"])
        if status == "superseded":
            commissions.supersede(one.id)
            continue
        commissions.move(one.id, of="pending", to=status)  # type: ignore[arg-type]
        found = commissions.by_id(one.id)
        assert found is not None
        standing.append(found)
    return sorted(standing, key=lambda one: (one.occurred_at, one.id), reverse=True)


def everything(session: Session, filters: Filters, limit: int) -> list[CommissionRecord]:
    found, cursor, pages = [], None, 0
    while cursor is not None or not pages:
        page = CommissionPages(session).page(filters, cursor=cursor, limit=limit)
        assert len(page.items) == limit or page.next is None
        found += page.items
        cursor, pages = page.next, pages + 1
    return found


def test_every_filter_shows_exactly_what_it_says(session: Session, world: World, standing: list[CommissionRecord]) -> None:
    programs = {one.program_id for one in standing}
    assert len(programs) == 2
    for affiliate, status, website, program, since, until in product(
        (None, world.ada), (None, "held"), (None, world.website), (None, *sorted(programs)), (None, at(2)), (None, at(4))
    ):
        filters = Filters(affiliate, status, website, program, since, until)  # type: ignore[arg-type]
        wanted = [
            one
            for one in standing
            if (affiliate in {None, one.affiliate_id})
            and (status in {None, one.status})
            and (website in {None, one.website_id})
            and (program in {None, one.program_id})
            and (since is None or one.occurred_at >= since)
            and (until is None or one.occurred_at < until)
        ]
        assert everything(session, filters, limit=7) == wanted


@pytest.mark.parametrize("limit", [1, 2, 200])
def test_pages_of_any_size_show_the_same(session: Session, standing: list[CommissionRecord], limit: int) -> None:
    assert everything(session, Filters(), limit) == standing


def test_a_cursor_of_one_list_shows_no_more_of_another(session: Session, world: World, standing: list[CommissionRecord]) -> None:
    pages = CommissionPages(session)
    cursor = pages.page(Filters(affiliate_id=world.ada), limit=1).next
    shown = pages.page(Filters(affiliate_id=world.bob), cursor=cursor, limit=200).items
    assert {one.affiliate_id for one in shown} == {world.bob}


@pytest.mark.parametrize("limit", [0, -1, 201])
def test_a_page_has_a_size(session: Session, limit: int) -> None:
    with pytest.raises(InvalidInputError, match="limit: give 1 to 200"):
        CommissionPages(session).page(Filters(), limit=limit)
