"""Enrollments: where an affiliate stood in a program is told for every instant; only stated steps are taken, some with a reason."""

from contextlib import suppress
from datetime import timedelta
from itertools import chain
from typing import get_args

import pytest
import sqlalchemy as sa

from tests.support.books import World, new_world
from tests.support.ledger import NOON
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database
from tribute.ledger.enrollments import Enrollments
from tribute.ledger.programs import Programs
from tribute.ledger.rules.enrollment import TRANSITIONS, State

DAY = timedelta(days=1)


@pytest.fixture
def world(ledger: Database) -> World:
    return new_world(ledger)


def test_the_past_is_told_as_it_was(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        enrollments = Enrollments(session, world.clock)
        steps: list[State] = ["pending", "approved", "deactivated", "approved"]
        for day, state in enumerate(steps):
            world.clock.at = NOON + day * DAY
            enrollments.change(world.program, world.ada, state, by="own_1", reason="because" if state == "deactivated" else None)
        told = {}
        for half_days in range(-1, 8):
            standing = enrollments.standing_at(world.program, [world.ada, world.bob], NOON + half_days * DAY / 2)
            told[half_days] = standing[world.ada].state if standing else None
        assert told == {-1: None} | {n: steps[n // 2] for n in range(8)}
        assert [(one.number, one.reason) for one in enrollments.history(world.program, world.ada)] == [
            (1, None),
            (2, None),
            (3, "because"),
            (4, None),
        ]


def test_only_stated_steps_are_taken(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        affiliates, enrollments = Affiliates(session, world.clock), Enrollments(session, world.clock)
        paths: dict[State | None, list[State]] = {
            None: [],
            "pending": ["pending"],
            "invited": ["invited"],
            "approved": ["approved"],
            "rejected": ["pending", "rejected"],
            "deactivated": ["deactivated"],
            "banned": ["banned"],
        }
        taken: dict[State | None, set[State]] = {start: set() for start in paths}
        for start, path in paths.items():
            for state in get_args(State):
                name = f"{start}-{state}".lower()
                one = affiliates.add(name, f"{name}@affiliates.example", name).id
                for step in path:
                    enrollments.change(world.program, one, step, by="own_1", reason="because")
                if state == start:
                    assert enrollments.change(world.program, one, state, by="own_1", reason="again").reason == "because"
                    continue
                with suppress(ConflictError):
                    enrollments.change(world.program, one, state, by="own_1", reason="because")
                    taken[start].add(state)
        assert taken == TRANSITIONS
        with pytest.raises(ConflictError, match="the affiliate is not enrolled there, and cannot become rejected"):
            enrollments.change(world.program, world.ada, "rejected", by="own_1", reason="because")


@pytest.mark.parametrize("state", ["deactivated", "banned"])
def test_who_is_put_out_is_told_why(ledger: Database, world: World, state: State) -> None:
    with ledger.session() as session, pytest.raises(InvalidInputError, match=f"reason: say why the affiliate is {state}"):
        Enrollments(session, world.clock).change(world.program, world.ada, state, by="own_1", reason=" ")


def test_a_group_is_kept_until_another_is_given(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        enrollments, programs = Enrollments(session, world.clock), Programs(session, world.clock)
        for group in ("gold", "silver"):
            programs.add_group(world.program, group)
        groups = [
            enrollments.change(world.program, world.ada, state, by="own_1", group=group, reason=reason).group_name
            for state, group, reason in (
                ("approved", "gold", None),
                ("deactivated", None, "because"),
                ("approved", None, None),
                ("approved", "silver", None),
                ("approved", "", None),
            )
        ]
        assert groups == ["gold", "gold", "gold", "silver", None]
        with pytest.raises(InvalidInputError, match="group: the program has no group of that name"):
            enrollments.change(world.program, world.ada, "approved", by="own_1", group="bronze")


def test_a_clock_that_is_set_back_does_not_reorder_changes(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        enrollments = Enrollments(session, world.clock)
        enrollments.change(world.program, world.ada, "approved", by="own_1")
        world.clock.at = NOON - DAY
        enrollments.change(world.program, world.ada, "banned", by="own_1", reason="because")
        assert enrollments.standing_at(world.program, [world.ada], NOON)[world.ada].state == "banned"
        assert enrollments.standing_at(world.program, [world.ada], NOON - DAY / 2) == {}


def test_the_list_shows_everyone_once_as_they_stand(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        affiliates, enrollments = Affiliates(session, world.clock), Enrollments(session, world.clock)
        everyone = sorted(affiliates.add(f"n{n}", f"n{n}@affiliates.example", f"n{n}").id for n in range(7))
        for one in everyone:
            enrollments.change(world.program, one, "pending", by="own_1")
        for one in everyone[::2]:
            enrollments.change(world.program, one, "approved", by="own_1")
        pages, cursor = [], None
        while not pages or cursor is not None:
            page = enrollments.current(world.program, cursor=cursor, limit=3)
            cursor = page.next
            pages.append([(one.affiliate_id, one.state) for one in page.items])
        assert [len(page) for page in pages] == [3, 3, 1]
        assert list(chain(*pages)) == [(one, "pending" if n % 2 else "approved") for n, one in enumerate(everyone)]
        assert [one.affiliate_id for one in enrollments.current(world.program, state="pending").items] == everyone[1::2]
        assert [(one.program_id, one.state) for one in enrollments.of_affiliate(everyone[0])] == [(world.program, "approved")]


def test_changes_are_never_changed(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        Enrollments(session, world.clock).change(world.program, world.ada, "approved", by="own_1")
    for statement in ("UPDATE enrollment_changes SET state = 'banned'", "DELETE FROM enrollment_changes"):
        with pytest.raises(sa.exc.IntegrityError, match="append-only"), ledger.session() as session:
            session.execute(sa.text(statement))


def test_what_is_unknown_is_said_so(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        enrollments = Enrollments(session, world.clock)
        for program, affiliate in (("prg_0", world.ada), (world.program, "aff_0"), (world.program, "\x00")):
            with pytest.raises(NotFoundError):
                enrollments.change(program, affiliate, "approved", by="own_1")
