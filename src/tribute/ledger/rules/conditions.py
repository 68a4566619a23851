"""Conditions of rules: which fields an order can be asked for, with which operators and values, and whether one holds.

Pure; called by `terms_checked` when terms are made and by `commissions` when an order earns.
"""

from typing import Any

import msgspec

from tribute.kit.errors import InvalidInputError
from tribute.kit.money import LARGEST_MINOR, checked_currency
from tribute.ledger.rules.coupons import checked_coupon, normalised_coupon
from tribute.ledger.rules.orders import Line, Order
from tribute.ledger.rules.terms import Condition
from tribute.ledger.rules.text import is_storable

AMOUNTS = frozenset({"amount_minor", "commissionable_minor"})
"""Fields in minor units: a condition on one is meant in the program's currency."""
NUMBERS = AMOUNTS | {"quantity"}
TEXTS = frozenset({"currency", "coupon", "source", "product"})
METADATA = "metadata."
IS_NEW = "customer.is_new"
VALUE_LIMIT = 500
MOST_VALUES = 100

_LISTS = frozenset({"one_of", "none_of"})
_BOUNDS = frozenset({"at_least", "at_most"})


def checked_condition(condition: Condition, field: str) -> Condition:
    """The condition with its values as orders are compared with them. Raises InvalidInputError, which names field and fix."""
    name = condition.field
    if not (name in NUMBERS or name in TEXTS or name == IS_NEW or _is_metadata(name)):
        known = ", ".join([*sorted(NUMBERS | TEXTS), IS_NEW])
        raise InvalidInputError(f"{field}.field", f"{name[:60]!r} is nothing that an order says; use {known} or metadata.<name>")
    if condition.op in _BOUNDS and not (name in NUMBERS or _is_metadata(name)):
        raise InvalidInputError(f"{field}.op", f"{condition.op} compares numbers, and {name} is none; use is, is_not, one_of or none_of")
    if name == IS_NEW and condition.op not in {"is", "is_not"}:
        raise InvalidInputError(f"{field}.op", f"{name} is yes or no; use is or is_not")
    return msgspec.structs.replace(condition, value=_checked_value(condition, f"{field}.value"))


def holds(condition: Condition, order: Order, line: Line, *, customer_is_new: bool) -> bool:
    """Whether an order, and the line where it is about lines, says what the condition asks for.

    What the order does not say is nothing: `is`, `one_of` and the bounds fail on it, `is_not` and `none_of` hold.
    """
    told = _told(condition.field, order, line, customer_is_new=customer_is_new)
    wanted = condition.value
    match condition.op:
        case "is":
            return _same(told, wanted)
        case "is_not":
            return not _same(told, wanted)
        case "one_of" | "none_of":
            within = isinstance(wanted, tuple) and any(_same(told, one) for one in wanted)
            return within == (condition.op == "one_of")
        case "at_least":
            return _is_number(told) and _is_number(wanted) and told >= wanted
        case "at_most":
            return _is_number(told) and _is_number(wanted) and told <= wanted


def _told(field: str, order: Order, line: Line, *, customer_is_new: bool) -> Any:
    if field.startswith(METADATA):
        return order.metadata.get(field.removeprefix(METADATA))
    match field:
        case "product" | "quantity":
            return getattr(line, field)
        case "coupon":
            return None if order.coupon is None else normalised_coupon(order.coupon)
        case "customer.is_new":
            return customer_is_new
        case _:
            return getattr(order, field)


def _same(told: Any, wanted: Any) -> bool:
    """Equal and of one kind: in Python `True` equals 1, in an order it does not."""
    return type(told) is type(wanted) and bool(told == wanted)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_metadata(name: str) -> bool:
    return name.startswith(METADATA) and 0 < len(name) - len(METADATA) <= VALUE_LIMIT and is_storable(name)


def _checked_value(condition: Condition, field: str) -> Any:
    """The value, of the kind that the condition's field and operator ask for."""
    value = condition.value
    if condition.op not in _LISTS:
        if isinstance(value, tuple):
            raise InvalidInputError(field, f"{condition.op} takes one value; for several use one_of or none_of")
        return _checked_single(condition, value, field)
    if not isinstance(value, tuple) or not 0 < len(value) <= MOST_VALUES:
        raise InvalidInputError(field, f"{condition.op} takes a list of 1 to {MOST_VALUES} values")
    return tuple(dict.fromkeys(_checked_single(condition, one, f"{field}[{index}]") for index, one in enumerate(value)))


def _checked_single(condition: Condition, value: Any, field: str) -> Any:
    name = condition.field
    if name == IS_NEW:
        if not isinstance(value, bool):
            raise InvalidInputError(field, "give true or false")
    elif name in NUMBERS or condition.op in _BOUNDS:
        if not _is_number(value) or not abs(value) <= LARGEST_MINOR or (name in NUMBERS and value < 0):
            raise InvalidInputError(field, f"give a whole number from 0 to {LARGEST_MINOR}")
    elif name in TEXTS and not isinstance(value, str):
        raise InvalidInputError(field, f"{name} is compared with text; put the value in quotes")
    elif isinstance(value, int) and not abs(value) <= LARGEST_MINOR:
        raise InvalidInputError(field, f"is too large; {LARGEST_MINOR} is the most")
    if not isinstance(value, str):
        return value
    if not value.strip() or len(value) > VALUE_LIMIT or not is_storable(value):
        raise InvalidInputError(field, f"give a text of 1 to {VALUE_LIMIT} characters")
    if name == "currency":
        return checked_currency(value, field)
    return checked_coupon(value, field) if name == "coupon" else value
