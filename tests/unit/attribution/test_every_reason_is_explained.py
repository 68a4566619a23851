"""Every reason that a decision can give has its sentence."""

from typing import get_args

from tribute.attribution.reasons import EXPLAINED, SAME_FOR_ALL
from tribute.ledger.rules.decisions import Reason


def test_every_reason_has_one_sentence() -> None:
    assert list(EXPLAINED) == list(get_args(Reason))
    assert all(text.endswith(".") and text[0].isupper() for text in EXPLAINED.values())
    assert set(EXPLAINED) >= SAME_FOR_ALL
