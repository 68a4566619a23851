"""`tribute compare` says where two answers differ, and its exit code tells programs."""

import json
from pathlib import Path

import pytest

from tests.support.cli import Tribute


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Theirs, ours and a query, by name."""
    texts = {
        "theirs": "website,value\nCourse,3\nOther,5\n",
        "same": json.dumps(
            {"columns": ["website", "value"], "rows": [{"website": "Course", "value": 3}, {"website": "Other", "value": 5}]}
        ),
        "less": "website,value\nCourse,3\nOther,4\n",
        "query": 'SELECT website, count(*) AS value FROM "WebAnalyticsDb"."PageViewsTable" GROUP BY website',
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return {name: str(tmp_path / name) for name in texts}


def test_agreement_is_0_and_a_sentence(tribute: Tribute, files: dict[str, str]) -> None:
    ran = tribute("compare", files["theirs"], files["same"])
    assert (ran.code, ran.out) == (0, "All 2 rows agree: 8 in total.\n")


def test_a_difference_is_1_and_a_row(tribute: Tribute, files: dict[str, str]) -> None:
    ran = tribute("compare", files["theirs"], files["less"])
    assert ran.code == 1
    assert [line.split() for line in ran.out.splitlines()] == [["website", "Theirs", "Ours", "Difference"], ["Other", "5", "4", "-1"]]
    told = tribute("compare", files["theirs"], files["less"], "--json").data
    assert told == {"rows": 2, "theirs": 8, "ours": 7, "different": [{"key": {"website": "Other"}, "theirs": 5, "ours": 4}]}
    assert tribute("compare", files["theirs"], files["less"], "--tolerance", "20").code == 0


def test_a_query_asks_this_home(tribute: Tribute, files: dict[str, str]) -> None:
    told = tribute("compare", files["theirs"], "--sql", files["query"], "--json")
    assert (told.code, told.data["ours"], len(told.data["different"])) == (1, 0, 2)


@pytest.mark.parametrize("arguments", [[], ["same", "--sql", "query"], ["nowhere"]])
def test_wrong_usage_is_2(tribute: Tribute, files: dict[str, str], arguments: list[str]) -> None:
    assert tribute("compare", files["theirs"], *[files.get(one, one) for one in arguments]).code == 2


def test_what_is_no_answer_is_one_sentence(tribute: Tribute, files: dict[str, str]) -> None:
    ran = tribute("compare", files["query"], files["same"])
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "has no column 'value'" in ran.err
