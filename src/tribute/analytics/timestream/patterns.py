"""Regular expressions that mean the same to Timestream (Java) and to the engine (RE2), checked sign by sign. Called by `functions_text`.

Invariant: a pattern with anything that the two read differently is refused. `$` also matches before a last line break in one of them:
`needs_no_last_break` says when a text must not end with one, `needs_ascii` when it must not have other letters.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

_ITEM = re.compile(
    r"""
    (?P<plain>[^\\\[\](){}.*+?^$|])
  | (?P<escaped>\\[\\\[\](){}.*+?^$|/\-_"'#@!%&=:;,<>~` ])
  | (?P<class>\\[dDwW])
  | (?P<dot>\.)
  | (?P<set>\[\^?(?:[A-Za-z0-9_\-./:;,@!%=<>'"#~` ]|\\[\\\]\[\-^.$dw/])+\])
  | (?P<open>\((?:\?:)?)
  | (?P<close>\))
  | (?P<repeat>(?:[*+?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})\??)
  | (?P<start>\^)
  | (?P<end>\$)
  | (?P<or>\|)
    """,
    re.VERBOSE,
)
_CLASS_IN_SET = re.compile(r"(?:[^\\]|\\[^dw])*\\[dw]")
"""From the beginning, since in `\\\\d` the first backslash means the second."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A checked pattern in the engine's syntax."""

    text: str
    groups: int
    needs_no_last_break: bool
    needs_ascii: bool
    """It has a class such as `\\d`, of which one engine knows ASCII alone and the other more."""
    matches_nothing: bool
    """It matches the empty text, where replacing and splitting differ between engines."""
    certain_groups: bool
    """Every group takes part in every match, so that an empty group is really empty and not NULL."""


def understood(pattern: str) -> Pattern | str:
    """The pattern, or why it is refused."""
    place, written, kinds = 0, [], []
    has_class = False
    while place < len(pattern):
        item = _ITEM.match(pattern, place)
        if item is None:
            return f"the regular expression has something at character {place + 1} that is not available here"
        kinds.append(item.lastgroup)
        if item.lastgroup == "repeat" and (len(kinds) < 2 or kinds[-2] in {"repeat", "open", "or", "start", "end"}):
            return f"the regular expression has a repetition of nothing at character {place + 1}"
        has_class = has_class or item.lastgroup == "class" or (item.lastgroup == "set" and _CLASS_IN_SET.match(item.group()) is not None)
        written.append("[^\\n]" if item.lastgroup == "dot" else item.group())
        place = item.end()
    try:
        compiled = re.compile(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError):
        return "the regular expression cannot be read"
    repeated_group = any(kind == "close" and following == "repeat" for kind, following in pairwise(kinds))
    return Pattern(
        "".join(written),
        compiled.groups,
        "end" in kinds,
        has_class,
        compiled.search("") is not None,
        not repeated_group and "or" not in kinds,
    )
