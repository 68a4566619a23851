"""The documents as tests read them: which there are, their code, and the blocks in them that are run as a reader would run them.

A block is run when `<!-- run -->` stands before it; with `<!-- run until -->`, again and again until it answers as the block after it says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(
    r"(?:<!-- (?P<mark>run|run until) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```\n"
    r"(?:\n<!-- output -->\n```\w*\n(?P<output>.*?)^```\n)?",
    re.DOTALL | re.MULTILINE,
)
_ANY_FENCE = re.compile(r"^```.*?^```\n", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+)`")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block that is to be run, and what it must answer; `…` in the answer stands for anything."""

    language: str
    text: str
    repeat: bool
    output: str | None


def documents() -> list[Path]:
    """Every document for readers."""
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def name_of(document: Path) -> str:
    """How a test's name calls a document."""
    return document.relative_to(ROOT).as_posix()


def blocks_to_run(document: Path) -> list[Block]:
    """The marked blocks, in order."""
    return [
        Block(found["language"], found["text"], found["mark"] == "run until", found["output"])
        for found in _FENCE.finditer(document.read_text("utf-8"))
        if found["mark"]
    ]


def code_in(document: Path) -> Iterator[str]:
    """Every line of fenced code, and every piece of code within a sentence."""
    text = document.read_text("utf-8")
    for fence in _ANY_FENCE.findall(text):
        yield from fence.splitlines()[1:-1]
    yield from _INLINE.findall(_COMMENT.sub("", _ANY_FENCE.sub("", text)))


def links_in(document: Path) -> Iterator[str]:
    """Every target of a link or a picture, as it is written."""
    text = _ANY_FENCE.sub("", document.read_text("utf-8"))
    yield from re.findall(r"\]\(([^)\s]+)\)", text)
    yield from re.findall(r'(?:src|srcset|href)="([^"]+)"', text)


def anchors_of(document: Path) -> set[str]:
    """The anchors that a reader's page gives to the headings: lower case, without signs, blanks as hyphens."""
    headings = re.findall(r"^#+ (.+)$", _ANY_FENCE.sub("", document.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def matches(answer: str, output: str) -> bool:
    """Whether an answer is as a document shows it: `…` stands for anything, a time for any time, an id for any id, blanks for blanks."""
    pattern = re.escape(" ".join(output.split()))
    pattern = re.sub(r"\d{4}\\-\d\d\\-\d\dT[\d:]+(?:\\\.\d+)?Z", lambda _: r"\\S+?Z".replace("\\\\", "\\"), pattern)
    pattern = re.sub(r"\b([a-z]{3})_[0-9a-z]{20}\b", r"\1_[0-9a-z]{20}", pattern)
    return re.fullmatch(pattern.replace("…", ".*?"), " ".join(answer.split()), re.DOTALL) is not None
