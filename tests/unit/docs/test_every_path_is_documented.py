"""Every tracking path stands in the table of paths, and every file of the house that docs promise to readers is linked from README."""

from tests.support.documents import ROOT, code_in, documents
from tribute.collector.routes import ROUTES


def test_every_tracking_path_is_told() -> None:
    told = set(code_in(ROOT / "docs/sending-events.md"))
    assert [path for path in ROUTES if path not in told] == []


def test_readme_leads_to_every_guide() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    guides = [document for document in documents() if document.parent == ROOT / "docs"]
    assert [guide.name for guide in guides if f"(docs/{guide.name})" not in readme] == []
