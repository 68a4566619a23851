"""Where an order stands among all: `Order.place` as a condition of a query. Used by the repositories of this room."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tribute.ledger.models_orders import CapUseRow, ConversionRow

Place = tuple[datetime, str, str]
"""`Order.place`: time, source, external id."""
Placed = type[ConversionRow] | type[CapUseRow]
_GIVEN = ("place_at", "place_source", "place_external_id")


def before_given(row: Placed) -> sa.ColumnElement[bool]:
    """Whether a row stands before a place, which comes with `given`: the statement is made once."""
    return sa.tuple_(*place_of(row)) < _given(row)


def after_given(row: Placed) -> sa.ColumnElement[bool]:
    """Whether a row stands after a place, likewise."""
    return sa.tuple_(*place_of(row)) > _given(row)


def given(place: Place) -> dict[str, Any]:
    """The parameters of a statement with `before_given` or `after_given`."""
    return dict(zip(_GIVEN, place, strict=True))


def place_of(row: Placed) -> tuple[Any, Any, Any]:
    """The columns that rows are put in order by."""
    return row.occurred_at, row.source, row.external_id


def _given(row: Placed) -> sa.Tuple:
    return sa.tuple_(*(sa.bindparam(name, type_=column.type) for name, column in zip(_GIVEN, place_of(row), strict=True)))
