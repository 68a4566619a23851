"""The page for visitors is open to everybody, stores nothing itself, and says what the document and the snippet say."""

import re
from html import unescape
from importlib.resources import files

from tests.support.documents import ROOT
from tests.support.portal import Portal

DOCUMENT = ROOT / "docs/visitor-data.md"


def shown(portal: Portal) -> str:
    """The article's HTML, as somebody gets it who is not signed in."""
    answer = portal.client().get("/visitor-data")
    assert answer.status_code == 200
    return answer.text.partition('<article class="told">')[2].partition("</article>")[0]


def test_reading_it_stores_nothing(portal: Portal) -> None:
    answer = portal.client().get("/visitor-data")
    assert answer.headers["content-type"].startswith("text/html")
    assert "set-cookie" not in answer.headers


def test_it_names_what_the_document_and_the_snippet_name(portal: Portal) -> None:
    snippet = files("tribute.collector").joinpath("snippet/source.js").read_text("utf-8")
    stored = re.findall(r'\b[A-Z]+ = "(tribute_\w+)"', snippet)
    assert "tribute_ref" in stored
    assert sorted(re.findall(r"^\| `(\w+)` \|", DOCUMENT.read_text("utf-8"), re.MULTILINE)) == sorted(stored)
    assert sorted(re.findall(r'<th scope="row"><code>(\w+)</code></th>', shown(portal))) == sorted(stored)


def test_it_says_what_the_document_says_word_for_word(portal: Portal) -> None:
    text = DOCUMENT.read_text("utf-8")
    document = re.sub(r"^\|[-|]+\|$|^#+ |[|`]", " ", text[text.index("## ") :], flags=re.MULTILINE)
    page = shown(portal)
    assert unescape(re.sub(r"<[^>]+>", " ", page[page.index("<h2") :])).split() == document.split()
