"""What is made from the code stands in the documents as the code says it now."""

from pathlib import Path

import pytest

from tests.support.documents import documents, name_of
from tests.support.generated_docs import PARTS, renewed


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_a_document_says_what_the_code_says(document: Path) -> None:
    text = document.read_text("utf-8")
    assert renewed(text) == text, "run `.venv/bin/python -m tests.support.generated_docs`"


def test_every_generated_part_stands_somewhere() -> None:
    everything = "".join(document.read_text("utf-8") for document in documents())
    assert [name for name in PARTS if f"<!-- generated: {name} -->" not in everything] == []
