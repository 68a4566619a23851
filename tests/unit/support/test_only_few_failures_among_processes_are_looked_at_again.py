"""The second look forgives a starved machine and nothing else."""

import pytest

from tests.support.second_look import worth_a_second_look

SERVED = "tests/e2e/test_a.py::test_one"
PAINTED = "tests/browser/test_b.py::test_two[dark]"


def test_few_failures_among_processes_are_worth_it() -> None:
    assert worth_a_second_look({PAINTED: True, SERVED: True}) == [PAINTED, SERVED]


def test_it_asks_for_a_test_by_the_name_that_it_has_without_its_group() -> None:
    mail = "tests/e2e/test_a.py::test_two[a@b.example]"
    assert worth_a_second_look({f"{SERVED}@one": True, f"{mail}@two_three": True}) == [SERVED, mail]
    assert worth_a_second_look({mail: True}) == [mail]


@pytest.mark.parametrize(
    "failed",
    [
        {},
        {SERVED: True, "tests/unit/test_c.py::test_three": True},
        {"tests/e2e/test_a.py": True},
        {"tests/e2e/test_kill_loses_no_order.py::test_one": True},
        {f"tests/e2e/test_a.py::test_{number}": True for number in range(4)},
    ],
    ids=["none", "one without processes", "a file that cannot be read", "one about what is lost", "many"],
)
def test_others_are_believed_at_once(failed: dict[str, bool]) -> None:
    assert not worth_a_second_look(failed)
