"""Commands that run at the same time, on a home that none has seen before, all do their work."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.cli import Ran, Tribute


@pytest.mark.slow
def test_first_commands_at_once_share_one_new_ledger(tribute: Tribute) -> None:
    def add(number: int) -> Ran:
        return tribute.in_a_process("website", "add", "--name", f"Course {number}", "--domain", f"c{number}.example", "--json")

    with ThreadPoolExecutor(4) as pool:
        ran = list(pool.map(add, range(4)))
    assert [(one.code, one.err) for one in ran] == [(0, "")] * 4
    assert len(tribute.json("website", "list")) == 4


@pytest.mark.slow
def test_of_commands_that_take_one_code_at_once_one_gets_it(tribute: Tribute) -> None:
    tribute.json("website", "list")

    def add(number: int) -> Ran:
        return tribute.in_a_process(
            "affiliate", "add", "--name", f"N {number}", "--email", f"n{number}@example.com", "--code", "Wanted", "--json"
        )

    with ThreadPoolExecutor(4) as pool:
        ran = list(pool.map(add, range(4)))
    assert sorted(one.code for one in ran) == [0, 1, 1, 1]
    assert all("never changes hands" in one.err for one in ran if one.code)
