"""A letter, and how one is made of a pair of templates: `NAME.html` is escaped, `NAME.txt` is as people type. Called by every letter here.

Invariant: a subject is one printable line, whatever a name in it holds, so that it can never begin another header.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from jinja2 import Environment

_MOST_OF_A_SUBJECT: Final = 150


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail's words, without an address."""

    subject: str
    text: str
    html: str


def letter(template: str, subject: str, /, **told: Any) -> Letter:
    """The letter of the pair of templates; `told` is what they may show."""
    subject = one_line(subject)
    context = {"subject": subject, **told}
    html = _environment().get_template(f"{template}.html").render(context)
    text = _environment().get_template(f"{template}.txt").render(context)
    return Letter(subject, f"{text.strip()}\n", html)


def one_line(text: str) -> str:
    """A text as a subject can have it: one line, printable, not endless."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= _MOST_OF_A_SUBJECT else f"{line[: _MOST_OF_A_SUBJECT - 1].rstrip()}…"


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape  # only here: trackers need not wait for it

    return Environment(
        loader=PackageLoader("tribute.letters", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
