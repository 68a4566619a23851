"""Links within the repository lead to a file, and to a heading in it."""

from pathlib import Path

import pytest

from tests.support.documents import anchors_of, documents, links_in, name_of


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_every_link_has_its_target(document: Path) -> None:
    dead = []
    for link in links_in(document):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path) if path else document
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            dead.append(link)
    assert dead == []


def test_every_document_is_linked() -> None:
    linked = {(document.parent / link.partition("#")[0]).resolve() for document in documents() for link in links_in(document)}
    assert [name_of(document) for document in documents() if document.resolve() not in linked and document.name != "README.md"] == []
