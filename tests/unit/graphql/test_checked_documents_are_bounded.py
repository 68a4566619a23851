"""Documents that were checked once are kept for whoever asks in the same words, and texts made to fill memory do not fill it."""

import pytest
from graphql import DocumentNode, build_schema

from tribute.graphql import documents
from tribute.graphql.answer import Request, checked
from tribute.graphql.documents import LONGEST_KEPT, MOST_KEPT_CHARACTERS, CheckedDocuments, RefusedDocumentError

SCHEMA = build_schema("type Query { a(x: Int): Int }")
OTHER_SCHEMA = build_schema("type Query { b: Int }")


def of_length(length: int, number: int) -> str:
    return f"{{a}}#{number}".ljust(length)


def test_what_is_kept_has_a_bound_in_all() -> None:
    checked_ones = CheckedDocuments()
    for number in range(50):
        checked_ones.document(SCHEMA, of_length(3_000, number))
        assert checked_ones.characters == sum(len(query) for _, query in checked_ones._kept) <= MOST_KEPT_CHARACTERS

    assert len(checked_ones._kept) == MOST_KEPT_CHARACTERS // 3_000


def test_the_same_words_are_checked_once_and_others_by_themselves() -> None:
    checked_ones = CheckedDocuments()
    first = checked_ones.document(SCHEMA, "{ a }")

    assert checked_ones.document(SCHEMA, "{ a }") is first
    assert checked_ones.document(SCHEMA, "{ a  }") is not first
    with pytest.raises(RefusedDocumentError):
        checked_ones.document(OTHER_SCHEMA, "{ a }")


def test_long_and_refused_ones_are_not_kept() -> None:
    checked_ones = CheckedDocuments()
    checked_ones.document(SCHEMA, of_length(LONGEST_KEPT + 1, 1))
    with pytest.raises(RefusedDocumentError):
        checked_ones.document(SCHEMA, "{ unknown }")

    assert checked_ones.characters == len(checked_ones._kept) == 0


def test_requests_are_checked_that_way(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    check = documents._checked

    def counting(schema: object, query: str) -> DocumentNode:
        counted.append(query)
        return check(SCHEMA, query)

    monkeypatch.setattr(documents, "_checked", counting)
    for _ in range(3):
        assert isinstance(checked(SCHEMA, Request("{ asked_thrice: a }")), DocumentNode)
    assert counted == ["{ asked_thrice: a }"]
