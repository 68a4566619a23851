"""A moment in a sentence that gives reasons has its seconds where there are any; in lists, minutes are enough."""

from datetime import UTC, datetime

import pytest

from tribute.kit.writing import Writing

FIRST, SECOND, WHOLE = (datetime(2026, 11, 12, 14, 3, second, tzinfo=UTC) for second in (5, 40, 0))


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        (None, ["12 Nov 2026, 14:03:05", "12 Nov 2026, 14:03:40", "12 Nov 2026, 14:03"]),
        ("en-GB", ["12 Nov 2026, 14:03:05", "12 Nov 2026, 14:03:40", "12 Nov 2026, 14:03"]),
        ("de", ["12. Nov. 2026, 14:03:05", "12. Nov. 2026, 14:03:40", "12. Nov. 2026, 14:03"]),
    ],
)
def test_seconds_are_told_where_there_are_any(locale: str | None, told: list[str]) -> None:
    assert [Writing(locale).moment(at) for at in (FIRST, SECOND, WHOLE)] == told
    assert Writing(locale).minute(FIRST) == told[-1]
