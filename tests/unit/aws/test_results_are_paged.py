"""Pages are of one result, for the key and statement that asked, and bounded in size, memory and time."""

from datetime import UTC, datetime, timedelta

import pytest

from tribute.aws import timestream_pages
from tribute.aws.errors import AwsError
from tribute.aws.timestream_pages import Pages, Result
from tribute.kit.clock import FixedClock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def result(rows: int, size: int = 10, key: str = "TRBKONE") -> Result:
    return Result(key, "SELECT 1", [], [b"1" * size] * rows)


def follow(pages: Pages, token: str | None, *, key: str = "TRBKONE", statement: str = "SELECT 1", most_rows: int = 3) -> list[int]:
    """How many rows each further page has."""
    sizes = []
    while token is not None:
        page = pages.next(token, access_key_id=key, statement=statement, most_rows=most_rows)
        sizes.append(len(page.rows))
        token = page.next_token
    return sizes


@pytest.mark.parametrize(("rows", "sizes"), [(0, [0]), (3, [3]), (4, [3, 1]), (7, [3, 3, 1])])
def test_every_row_is_on_one_page(rows: int, sizes: list[int]) -> None:
    pages = Pages(FixedClock(NOON))
    first = pages.first(result(rows), 3)
    assert [len(first.rows), *follow(pages, first.next_token)] == sizes


def test_large_rows_make_small_pages() -> None:
    pages = Pages(FixedClock(NOON))
    first = pages.first(result(5, size=600_000), 1000)
    assert [len(first.rows), *follow(pages, first.next_token, most_rows=1000)] == [1] * 5


def test_a_token_is_bound_and_ends() -> None:
    clock = FixedClock(NOON)
    pages = Pages(clock)
    token = pages.first(result(9), 3).next_token
    assert token is not None
    for wrong in ("", ".", token + "0000", token.replace(".", ".-"), token.partition(".")[0], token.partition(".")[0] + ".٣", "X.3"):
        with pytest.raises(AwsError, match="NextToken"):
            follow(pages, wrong)
    with pytest.raises(AwsError, match="NextToken"):
        follow(pages, token, key="TRBKTWO")
    with pytest.raises(AwsError, match="QueryString"):
        follow(pages, token, statement="SELECT 2")
    assert follow(pages, token) == [3, 3]
    clock.at = NOON + timedelta(minutes=15)
    with pytest.raises(AwsError, match="NextToken"):
        follow(pages, token)


def test_the_oldest_results_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timestream_pages, "_KEPT_BYTES", 2500)
    pages = Pages(FixedClock(NOON))
    tokens = [pages.first(result(10, size=36), 3).next_token for _ in range(4)]  # 1,000 bytes each, as they are kept
    for token in tokens[:2]:
        with pytest.raises(AwsError, match="NextToken"):
            follow(pages, token)
    assert [follow(pages, token) for token in tokens[2:]] == [[3, 3, 1]] * 2


def test_only_who_asked_can_drop_a_result() -> None:
    pages = Pages(FixedClock(NOON))
    asked = result(9)
    token = pages.first(asked, 3).next_token
    assert not pages.drop(asked.query_id, access_key_id="TRBKTWO")
    assert follow(pages, token) == [3, 3]
    assert pages.drop(asked.query_id, access_key_id="TRBKONE")
    with pytest.raises(AwsError, match="NextToken"):
        follow(pages, token)
