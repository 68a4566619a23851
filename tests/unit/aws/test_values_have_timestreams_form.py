"""Values go over the wire as Timestream writes them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.analytics.timestream import types
from tribute.aws.timestream_wire import rows_on_the_wire, type_info


def told(kind: types.Type, value: Any) -> Any:
    [row] = rows_on_the_wire([kind], [[value]])
    [datum] = row["Data"]
    return datum


@pytest.mark.parametrize(
    ("kind", "value", "scalar"),
    [
        (types.BOOLEAN, True, "true"),
        (types.BIGINT, 2**63 - 1, "9223372036854775807"),
        (types.DOUBLE, 0.0, "0.0"),
        (types.DOUBLE, -0.0, "-0.0"),
        (types.DOUBLE, 100.0, "100.0"),
        (types.DOUBLE, 9999999.5, "9999999.5"),
        (types.DOUBLE, 1e7, "1.0E7"),
        (types.DOUBLE, -12345678.9, "-1.23456789E7"),
        (types.DOUBLE, 0.001, "0.001"),
        (types.DOUBLE, 0.00099, "9.9E-4"),
        (types.DOUBLE, 5e-324, "5.0E-324"),
        (types.DOUBLE, 1.7976931348623157e308, "1.7976931348623157E308"),
        (types.DOUBLE, float("nan"), "NaN"),
        (types.DOUBLE, float("-inf"), "-Infinity"),
        (types.VARCHAR, "", ""),
        (types.DATE, date(2026, 11, 23), "2026-11-23"),
        (types.TIME, time(1, 2, 3, 45), "01:02:03.000045000"),
        (types.TIMESTAMP, datetime(2026, 11, 23, tzinfo=UTC), "2026-11-23 00:00:00.000000000"),
        (types.TIMESTAMP, datetime(1, 1, 1, 0, 0, 0, 1, tzinfo=UTC), "0001-01-01 00:00:00.000001000"),
        (types.INTERVAL, timedelta(days=1, hours=2, seconds=3, microseconds=4), "1 02:00:03.000004000"),
        (types.INTERVAL, -timedelta(minutes=1), "-0 00:01:00.000000000"),
        (types.MONTHS, 14, "1-2"),
        (types.MONTHS, -14, "-1-2"),
    ],
)
def test_scalars(kind: types.Type, value: Any, scalar: str) -> None:
    assert told(kind, value) == {"ScalarValue": scalar}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_says_the_very_number(value: float) -> None:
    assert float(told(types.DOUBLE, value)["ScalarValue"]) == value


def test_null_is_a_value_of_its_own_everywhere() -> None:
    null = {"NullValue": True}
    assert told(types.BIGINT, None) == null
    assert told(types.array_of(types.BIGINT), [1, None]) == {"ArrayValue": [{"ScalarValue": "1"}, null]}
    at = datetime(2026, 11, 23, tzinfo=UTC)
    series = {"TimeSeriesValue": [{"Time": "2026-11-23 00:00:00.000000000", "Value": null}]}
    assert told(types.series_of(types.DOUBLE), [(at, None)]) == series


def test_types_that_hold_others() -> None:
    assert type_info(types.array_of(types.VARCHAR)) == {"ArrayColumnInfo": {"Type": {"ScalarType": "VARCHAR"}}}
    assert type_info(types.series_of(types.DOUBLE)) == {"TimeSeriesMeasureValueColumnInfo": {"Type": {"ScalarType": "DOUBLE"}}}
