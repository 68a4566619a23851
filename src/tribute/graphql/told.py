"""Inputs of the schema as the offices take them: names in snake case, times as instants. Called by the ledger's resolvers."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from tribute.kit.clock import iso, parse_iso
from tribute.kit.errors import InvalidInputError
from tribute.ledger.rules.terms import Terms
from tribute.ledger.rules.text import is_storable
from tribute.office.sign_ups import SignUpChange
from tribute.office.trying import SampleOrder

Told = TypeVar("Told")
_CAPITAL = re.compile(r"[A-Z]")
_PLACE = re.compile(r"^(.*) - at `\$\.?(.*)`$")
_TIMES = {"startsAt", "endsAt", "occurredAt"}


def as_terms(told: Mapping[str, Any]) -> Terms:
    """A TermsInput. Raises InvalidInputError, which names the field."""
    return _converted(told, Terms)


def as_sample(told: Mapping[str, Any]) -> SampleOrder:
    """A SampleInput. Raises InvalidInputError, which names the field."""
    return _converted(told, SampleOrder)


def as_sign_up(told: Mapping[str, Any]) -> SignUpChange:
    """The arguments that change a sign-up page. Raises InvalidInputError, which names the field."""
    return _converted(told, SignUpChange)


def as_text(told: str, field: str) -> str:
    """A text that a database can compare. Raises InvalidInputError."""
    if not is_storable(told):
        raise InvalidInputError(field, "has characters that no database holds; leave them out")
    return told


def as_time(told: str | None, field: str) -> datetime | None:
    """A time, where there is one. Raises InvalidInputError."""
    if told is None:
        return None
    try:
        at = parse_iso(told)
        iso(at)  # one that cannot be told in UTC is none
    except (ValueError, OverflowError):
        raise InvalidInputError(field, "give a time like 2026-11-20T10:00:00Z") from None
    return at


def _converted(told: Mapping[str, Any], kind: type[Told]) -> Told:
    try:
        return msgspec.convert(_snaked(told), kind)
    except msgspec.ValidationError as error:
        found = _PLACE.match(str(error))
        field, problem = (found.group(2), found.group(1)) if found else ("input", str(error))
        raise InvalidInputError(field, problem) from error


def _snaked(told: Any) -> Any:
    """Objects with their names in snake case; what is null is left out, so that it is what it usually is."""
    if isinstance(told, Mapping):
        return {
            _CAPITAL.sub(lambda found: f"_{found.group().lower()}", name): as_time(value, name) if name in _TIMES else _snaked(value)
            for name, value in told.items()
            if value is not None
        }
    if isinstance(told, list):
        return [_snaked(one) for one in told]
    return told
