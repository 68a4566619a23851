"""Makes the published snippet of its source: the same program without comments and needless space, with short names for its own.

Reads the plain style that the source keeps (one function around everything; no templates, shorthand properties or destructuring), and
refuses what it does not know. `python -m tests.support.snippet` writes the published file.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import chain, product
from pathlib import Path

_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*)|(?P<space>\s+)
    |(?P<string>"(?:[^"\\\n]|\\.)*")
    |(?P<regex>(?<=\()/(?:[^/\\\n\[]|\\.|\[[^\]]*\])+/[a-z]*)
    |(?P<name>[A-Za-z_$][\w$]*)|(?P<number>\d[\w.]*)
    |(?P<sign>\.\.\.|=>|[-+*/%=!<>&|?:;,.(){}\[\]])""",
    re.VERBOSE,
)
_WORDS = frozenset(
    {"break", "case", "catch", "const", "continue", "do", "else", "for", "function", "if", "in", "let", "new", "return", "switch", "throw"}
    | {"arguments", "false", "null", "this", "true", "try", "typeof", "undefined", "var", "while"}
)
_LETTERS = "etnrsoaicfhlumpdgybwvSkILRUCPTjxOqJNEAKDWBVMzFGHQXYZ_$"
"""The letters as often as the program uses them anyway, which compresses best."""
_LOCAL_NAMES = 9

SOURCE = Path(str(files("tribute.collector").joinpath("snippet", "source.js")))
PUBLISHED = SOURCE.with_name("t.v1.js")

Token = tuple[str, str]


def shortened(source: str) -> str:
    """The program in few bytes. Raises ValueError for a sign that is not known.

    A name of the outer function is the same short one everywhere. Other names are short within their outermost statement, so that all
    statements share few; there a name is never used for two things that differ.
    """
    tokens = list(_tokens(source))
    statements = list(_statements(tokens))
    shared = _outermost(statements)
    foreign = {text for kind, text in tokens if kind == "name"} - set(chain.from_iterable(map(_own_names, statements)))
    free = [name for size in (1, 2) for parts in product(_LETTERS, repeat=size) if (name := "".join(parts)) not in foreign | _WORDS]
    inner, outer = free[:_LOCAL_NAMES], free[_LOCAL_NAMES:]
    short = _ranked(tokens, shared, outer)
    return _written(
        [_renamed(part, short | _ranked(part, _own_names(part) - shared, [*inner, *outer[len(short) :]])) for part in statements]
    )


def _tokens(source: str) -> Iterator[Token]:
    place = 0
    while place < len(source):
        match = _TOKEN.match(source, place)
        if match is None:
            raise ValueError(f"not known: {source[place : place + 20]!r}")
        if match.lastgroup not in ("comment", "space"):
            yield str(match.lastgroup), match[0]
        place = match.end()


def _statements(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The statements of the one function around everything; its head belongs to the first, its end to the last."""
    part: list[Token] = []
    depth = 0
    for kind, text in tokens:
        part.append((kind, text))
        if kind == "sign":
            depth += (text in "([{") - (text in ")]}")
        if depth == 2 and text == ";":
            yield part
            part = []
    yield part


def _outermost(statements: Sequence[list[Token]]) -> set[str]:
    """The names that all statements know: declared by the outer function, or given to it."""
    head = statements[0]
    names = {text for kind, text in head[: head.index(("sign", "=>"))] if kind == "name"}
    for number, part in enumerate(statements):
        start = head.index(("sign", "{")) + 1 if number == 0 else 0
        if part[start][1] in ("const", "let"):
            names |= _declared(part, start + 1)
    return names


def _own_names(tokens: Sequence[Token]) -> set[str]:
    """What is declared here: constants, variables, and what functions are given."""
    own: set[str] = set()
    for place, (_, text) in enumerate(tokens):
        if text in ("const", "let"):
            own |= _declared(tokens, place + 1)
        elif text == "=>":
            own |= _given(tokens, place - 1)
        elif text == "catch" and tokens[place - 1][1] == "}":
            own.add(tokens[place + 2][1])
    return own - _WORDS


def _declared(tokens: Sequence[Token], place: int) -> set[str]:
    names: set[str] = set()
    depth, awaited = 0, True
    while not (depth == 0 and tokens[place][1] == ";"):
        kind, text = tokens[place]
        if kind == "sign":
            depth += (text in "([{") - (text in ")]}")
        if depth == 0 and awaited:
            names.add(text)
        awaited = depth == 0 and text == ","
        place += 1
    return names


def _given(tokens: Sequence[Token], place: int) -> set[str]:
    names: set[str] = set()
    while tokens[place][1] != "(":
        if tokens[place][0] == "name":
            names.add(tokens[place][1])
        place -= 1
    return names


def _ranked(tokens: Sequence[Token], names: set[str], short: Sequence[str]) -> dict[str, str]:
    """Short names, the shortest for what is used most."""
    uses = Counter(
        text for place, (kind, text) in enumerate(tokens) if kind == "name" and text in names and not _is_property(tokens, place)
    )
    return dict(zip((name for name, _ in uses.most_common()), short, strict=False))


def _renamed(tokens: Sequence[Token], short: dict[str, str]) -> list[str]:
    return [
        short.get(text, text) if kind == "name" and not _is_property(tokens, place) else text for place, (kind, text) in enumerate(tokens)
    ]


def _is_property(tokens: Sequence[Token], place: int) -> bool:
    before, after = tokens[place - 1][1], tokens[place + 1][1] if place + 1 < len(tokens) else ""
    return before == "." or (after == ":" and before in ("{", ","))


def _written(statements: Sequence[Sequence[str]]) -> str:
    """The pieces in one line: a space only where two words meet, declarations in a row as one, no parentheses around a lone parameter."""
    written = ""
    for piece in chain.from_iterable(_joined(statements)):
        written += f" {piece}" if re.match(r"[\w$]", piece) and re.search(r"[\w$]\Z", written) else piece
    return re.sub(r"(?<=[(,=])\(([\w$]+)\)=>", r"\1=>", written.replace(";}", "}")).rstrip(";")


def _joined(statements: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    declares = [part[0] in ("const", "let") for part in statements]
    for number, part in enumerate(statements):
        pieces = ["let" if piece == "const" else piece for piece in part]
        if declares[number] and number and declares[number - 1]:
            pieces[0] = ","
        if declares[number] and number + 1 < len(statements) and declares[number + 1]:
            pieces.pop()
        yield pieces


if __name__ == "__main__":
    PUBLISHED.write_text(shortened(SOURCE.read_text()))
