"""Scalars and enums of the ledger's part of the schema: amounts that do not fit GraphQL's Int, words that the ledger spells otherwise."""

from typing import Any, Final

from ariadne import EnumType, ScalarType
from graphql import GraphQLError, IntValueNode, StringValueNode, ValueNode

from tribute.kit.money import LARGEST_MINOR

_LONGEST: Final = len(str(LARGEST_MINOR)) + 1
_NOT_MINOR = "Give a whole number of minor units, at most 10^15: 19900 for 199.00 USD."

_WORDS: Final[dict[str, dict[str, str]]] = {
    "ConversionKind": {"Sale": "sale", "Lead": "lead"},
    "ConversionStatus": {"AwaitingEvents": "awaiting_events", "Provisional": "provisional", "Decided": "decided", "Held": "held"},
    "CommissionStatus": {one.title(): one for one in ("pending", "approved", "paid", "reversed", "held", "rejected")},
    "AdjustmentKind": {"Bonus": "bonus", "Correction": "correction"},
    "AttributionModel": {"LastClick": "last-click", "FirstClick": "first-click"},
    "ApplicationState": {one.title(): one for one in ("waiting", "admitted", "rejected", "repeated")},
    "NotCreditedOutcome": {one.title(): one for one in ("held", "nobody", "another", "nothing")},
    "SignUpQuestionKind": {"Short": "short", "Long": "long", "Choice": "choice", "YesNo": "yes_no"},
    "EnrollmentState": {one.title(): one for one in ("pending", "approved", "rejected", "invited", "deactivated", "banned")},
    "Lasting": {"FirstSale": "first_sale", "Months": "months", "Lifetime": "lifetime"},
    "Period": {one.title(): one for one in ("month", "quarter", "year", "ever")},
    "CapPer": {one.title(): one for one in ("order", "customer", "month", "quarter", "year", "ever")},
    "TierBy": {"Volume": "volume", "Count": "count"},
    "ConditionOp": {
        "Is": "is",
        "IsNot": "is_not",
        "OneOf": "one_of",
        "NoneOf": "none_of",
        "AtLeast": "at_least",
        "AtMost": "at_most",
    },
}


def ledger_enums() -> list[EnumType]:
    """The enums, each with the ledger's word for every value."""
    return [EnumType(name, dict(words)) for name, words in _WORDS.items()]


def ledger_scalars() -> list[ScalarType]:
    """`Minor` and `ConditionValue`."""
    minor = ScalarType("Minor", value_parser=_minor, literal_parser=_minor_written, serializer=int)
    return [minor, ScalarType("ConditionValue", value_parser=_condition_value)]


def _minor(told: Any) -> int:
    if isinstance(told, str) and told.isascii() and told.removeprefix("-").isdecimal() and len(told) <= _LONGEST + 1:
        told = int(told)
    if isinstance(told, bool) or not isinstance(told, int) or abs(told) > LARGEST_MINOR:
        raise GraphQLError(_NOT_MINOR)
    return told


def _minor_written(node: ValueNode, _variables: Any = None) -> int:
    """An amount that stands in the query itself. Too many digits are refused before they are read, as that takes long."""
    if not isinstance(node, (IntValueNode, StringValueNode)) or len(node.value) > _LONGEST + 1:
        raise GraphQLError(_NOT_MINOR, node)
    return _minor(node.value)


def _condition_value(told: Any) -> Any:
    """A text, a whole number, true or false, or a list of texts and numbers."""
    if isinstance(told, list):
        return [_one_value(one) for one in told]
    return _one_value(told)


def _one_value(told: Any) -> Any:
    if isinstance(told, (str, bool)) or (isinstance(told, int) and abs(told) <= LARGEST_MINOR):
        return told
    raise GraphQLError("Give a text, a whole number, true or false, or a list of texts and numbers.")
