"""Programs: names and websites are one program's at a time, terms hold from an instant on and are never changed."""

from datetime import timedelta

import msgspec
import pytest

from tests.support.books import TERMS, new_world
from tests.support.ledger import NOON, clock_at
from tribute.kit.clock import FixedClock
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError
from tribute.kit.ids import is_id
from tribute.ledger.database import Database
from tribute.ledger.programs import Programs
from tribute.ledger.rules.terms import Cap, Condition, GroupTerms, Rule, Step, Terms, Tiers

DAY = timedelta(days=1)
RICH = Terms(
    currency="EUR",
    rules=(
        Rule(name="New", percent="12.5", lasts="months", months=3, products=("a", "b"), when=(Condition("customer.is_new", "is", True),)),
        Rule(flat_minor=500, tiers=Tiers("count", "month", (Step(10, flat_minor=700),)), cap=Cap(10_000, "year"), starts_at=NOON),
    ),
    model="first-click",
    groups=(GroupTerms("gold", window_days=120),),
    text="Be nice.",
)


def other(percent: str) -> Terms:
    return msgspec.structs.replace(TERMS, rules=(Rule(percent=percent),))


def test_terms_come_back_as_they_went_in(ledger: Database) -> None:
    with ledger.session() as session:
        program = Programs(session, clock_at()).add("  Rich   partners ", RICH, by="own_1", note="first")
    with ledger.reading() as session:
        programs = Programs(session, clock_at())
        version = programs.terms_at(program.id, NOON)
        assert programs.by_name("RICH partners") == programs.by_id(program.id) == programs.by_name(program.id) == program
    assert is_id(program.id)
    assert program.name == "Rich partners"
    assert version.terms == RICH
    assert (version.effective_from, version.created_by, version.note) == (None, "own_1", "first")


def test_what_held_at_an_instant_stays_whatever_comes_later(ledger: Database) -> None:
    world, clock = new_world(ledger), FixedClock(NOON)
    with ledger.session() as session:
        programs = Programs(session, clock)
        now = programs.set_terms(world.program, other("10"), by="own_1")
        later = programs.set_terms(world.program, other("20"), by="own_1", effective_from=NOON + DAY)
    with ledger.reading() as session:
        programs = Programs(session, clock)
        first = programs.terms_at(world.program, NOON - 1000 * DAY)
        assert first.terms == TERMS
        assert programs.terms_at(world.program, NOON - timedelta(microseconds=1)) == first
        assert programs.terms_at(world.program, NOON) == now
        assert programs.terms_at(world.program, NOON + DAY - timedelta(microseconds=1)) == now
        assert programs.terms_at(world.program, NOON + DAY) == later
        assert programs.terms_history(world.program) == [first, now, later]
        assert programs.terms_by_id(later.id) == later
        assert programs.terms_by_id("trm_0") is None


def test_terms_begin_neither_in_the_past_nor_with_others_nor_ages_ahead(ledger: Database) -> None:
    world = new_world(ledger)
    with ledger.session() as session:
        programs = Programs(session, world.clock)
        with pytest.raises(InvalidInputError, match="effective_from: lies in the past"):
            programs.set_terms(world.program, other("10"), by="own_1", effective_from=NOON - timedelta(microseconds=1))
        programs.set_terms(world.program, other("10"), by="own_1", effective_from=NOON + DAY)
        with pytest.raises(InvalidInputError, match="other terms begin at 2026-11-24T12:00:00Z already"):
            programs.set_terms(world.program, other("20"), by="own_1", effective_from=NOON + DAY)
        programs.set_terms(world.program, other("20"), by="own_1")
        with pytest.raises(InvalidInputError, match="other terms begin at 2026-11-23T12:00:00Z already"):
            programs.set_terms(world.program, other("30"), by="own_1")
        for start in (NOON.replace(year=2031) + 2 * DAY, NOON.replace(year=9999)):
            with pytest.raises(InvalidInputError, match="effective_from: lies more than five years ahead"):
                programs.set_terms(world.program, other("30"), by="own_1", effective_from=start)
        programs.set_terms(world.program, other("30"), by="own_1", effective_from=NOON.replace(year=2031))


def test_terms_between_others_hold_until_the_next_ones(ledger: Database) -> None:
    world = new_world(ledger)
    with ledger.session() as session:
        programs = Programs(session, world.clock)
        later = programs.set_terms(world.program, other("30"), by="own_1", effective_from=NOON + 3 * DAY)
        between = programs.set_terms(world.program, other("20"), by="own_1", effective_from=NOON + DAY)
        first, *others = programs.terms_history(world.program)
        assert others == [between, later]
        assert [programs.terms_at(world.program, NOON + n * DAY) for n in range(5)] == [first, between, between, later, later]


def test_a_website_is_in_one_program(ledger: Database) -> None:
    world = new_world(ledger)
    with ledger.session() as session:
        programs = Programs(session, world.clock)
        second = programs.add("Second", TERMS, by="own_1")
        programs.add_website(world.program, world.website)
        with pytest.raises(ConflictError, match="is in the program 'Partners'"):
            programs.add_website(second.id, world.website)
        for unknown in ("web_00000000000000000000", "\x00"):
            with pytest.raises(NotFoundError, match="no website"):
                programs.add_website(second.id, unknown)
        assert programs.websites(world.program) == {world.website}
        assert programs.websites(second.id) == frozenset()
        found = programs.of_website(world.website)
        assert found is not None
        assert found.id == world.program
        assert programs.of_website(world.other_website) is None


def test_a_website_that_moves_stays_where_it_was_for_the_time_before(ledger: Database) -> None:
    world = new_world(ledger)
    with ledger.session() as session:
        programs = Programs(session, world.clock)
        second = programs.add("Second", TERMS, by="own_1")
        world.clock.at = NOON + DAY
        programs.remove_website(world.program, world.website)
        programs.remove_website(world.program, world.website)
        world.clock.at = NOON + 2 * DAY
        programs.add_website(second.id, world.website)
        was = [
            [
                name
                for name, id_ in (("first", world.program), ("second", second.id))
                if world.website in programs.websites(id_, NOON + n * DAY)
            ]
            for n in (-100, 0, 1, 2, 3)
        ]
        assert was == [["first"], ["first"], [], ["second"], ["second"]]
        assert (programs.websites(world.program), programs.websites(second.id)) == (frozenset(), {world.website})


def test_names_are_one_programs_in_any_case(ledger: Database) -> None:
    world = new_world(ledger)
    with ledger.session() as session:
        programs = Programs(session, world.clock)
        with pytest.raises(ConflictError, match="a program named 'Partners' is there already"):
            programs.add("partners", TERMS, by="own_1")
        second = programs.add("Second", TERMS, by="own_1")
        with pytest.raises(ConflictError, match="'Partners'"):
            programs.rename(second.id, "PARTNERS")
        assert programs.rename(world.program, "PARTNERS").name == "PARTNERS"
        assert [program.name for program in programs.all()] == ["PARTNERS", "Second"]


def test_a_program_is_put_away_and_taken_up_again(ledger: Database) -> None:
    world = new_world(ledger)
    with ledger.session() as session:
        programs = Programs(session, world.clock)
        assert programs.archive(world.program).archived_at == NOON
        world.clock.at = NOON + DAY
        assert programs.archive(world.program).archived_at == NOON
        assert programs.archive(world.program, archived=False).archived_at is None


def test_groups_are_kept_once(ledger: Database) -> None:
    world = new_world(ledger)
    with ledger.session() as session:
        programs = Programs(session, world.clock)
        assert [programs.add_group(world.program, name) for name in (" gold ", "gold", "best  of all")] == ["gold", "gold", "best of all"]
        assert programs.groups(world.program) == ["best of all", "gold"]


def test_what_is_unknown_is_said_so(ledger: Database) -> None:
    with ledger.session() as session:
        programs = Programs(session, clock_at())
        for unknown in ("prg_00000000000000000000", "\x00"):
            assert programs.by_id(unknown) is None
            assert programs.by_name(unknown) is None
            with pytest.raises(NotFoundError, match="no program has that id"):
                programs.rename(unknown, "New")
        with pytest.raises(NotFoundError):
            programs.terms_at("prg_00000000000000000000", NOON)
        with pytest.raises(NotFoundError):
            programs.lock("prg_00000000000000000000")
