"""What the documents tell a reader to type does what they say, in order, against a served Tribute."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cli import Tribute as Command
from tests.support.documents import ROOT, Block, blocks_to_run, documents, matches, name_of
from tests.support.node import SDK_FOLDER, node
from tests.support.served import Tribute, environment, eventually, served

LOCAL = "http://127.0.0.1:8000"
BY_DOCUMENT = {document: blocks for document in documents() if (blocks := blocks_to_run(document))}
CASES = [
    pytest.param(document, marks=pytest.mark.node) if any(block.language == "mjs" for block in blocks) else document
    for document, blocks in BY_DOCUMENT.items()
]
IN_A_BROWSER = "js"
"""Run by `tests/browser/test_documented_pages_send_page_views.py`."""


@pytest.fixture
def tribute(tmp_path: Path) -> Iterator[Tribute]:
    with served(tmp_path / "home") as running:
        yield running


class Reader:
    """Types what a document says, with the keys that it told to put in."""

    def __init__(self, tribute: Tribute, folder: Path) -> None:
        self._tribute = tribute
        self._command = Command(tribute.home)
        self._folder = folder

    def furnish(self) -> None:
        """What README's steps leave behind, for the documents that go on from there."""
        self._tribute.add_website("My course", "course.example")
        self._command.json("affiliate", "add", "--name", "Ada", "--email", "ada@example.com", "--code", "ada")

    def follow(self, block: Block) -> None:
        """Run a block, and compare what it answers."""
        text = self._filled_in(block.text)
        if block.output is None:
            self._run(block.language, text)
            return
        expected = self._filled_in(block.output)
        answer = (
            eventually(lambda: self._run(block.language, text), lambda seen: matches(seen, expected))
            if block.repeat
            else self._run(block.language, text)
        )
        assert matches(answer, expected), f"{text}\nanswers\n{answer}\ninstead of\n{expected}"

    def _run(self, language: str, text: str) -> str:
        program, folder = {
            "sh": (["bash", "-euo", "pipefail", "-c", text], self._folder),
            "python": ([sys.executable, "-c", text], self._folder),
            "mjs": ([node(), "--input-type=module", "-e", text], SDK_FOLDER),
        }[language]
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        variables = environment({"HOME": str(self._tribute.home)}) | {"PATH": path, "COLUMNS": "200"}
        done = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False, cwd=folder, env=variables)
        assert done.returncode == 0, f"{text}\nfails:\n{done.stderr}"
        return done.stdout

    def _filled_in(self, text: str) -> str:
        """The text with this server's address and keys in the place of the document's."""
        text = text.replace(LOCAL, self._tribute.url)
        for word, make in (("OWNER_TOKEN", self._owner_token), ("WRITE_KEY", self._write_key), ("TOKEN", self._token)):
            if word in text:
                text = text.replace(word, make())
        return text

    def _write_key(self) -> str:
        return str(self._command.json("website", "list")[0]["write_key"])

    def _owner_token(self) -> str:
        return str(self._command.json("token", "add", "--owner")["token"])

    def _token(self) -> str:
        return str(self._command.json("token", "add", "--affiliate", "ada")["token"])


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl; `apt-get install curl`")
@pytest.mark.parametrize("document", CASES, ids=name_of)
def test_a_document_can_be_followed(document: Path, tribute: Tribute, tmp_path: Path) -> None:
    reader = Reader(tribute, tmp_path)
    if document != ROOT / "README.md":
        reader.furnish()
    if document.name in {"analytics.md", "reading-numbers.md"}:
        [page_view, *_] = blocks_to_run(ROOT / "docs/sending-events.md")
        reader.follow(page_view)
    for block in BY_DOCUMENT[document]:
        if block.language != IN_A_BROWSER:
            reader.follow(block)
    if document.name == "sending-events.md":
        assert eventually(lambda: counted(tribute), lambda seen: len(seen) >= 6) == [f"visitor-{number}" for number in range(1, 7)]


def counted(tribute: Tribute) -> list[str]:
    """The visitors whose page views count for the affiliate."""
    rows = tribute.told("sql", "SELECT DISTINCT visitor_id FROM page_views WHERE affiliate = 'ada' ORDER BY 1")["rows"]
    return [row["visitor_id"] for row in rows]
