"""The two ways to spell a time's form in Timestream, MySQL's (`%Y-%m-%d`) and Joda's (`yyyy-MM-dd`), in the engine's words.

Invariant: a letter that the engines would write differently is refused. Called by `functions_time`.
"""

import re

_MYSQL = {
    "Y": "%Y",
    "y": "%y",
    "m": "%m",
    "c": "%-m",
    "d": "%d",
    "e": "%-d",
    "j": "%j",
    "H": "%H",
    "k": "%-H",
    "h": "%I",
    "I": "%I",
    "l": "%-I",
    "i": "%M",
    "s": "%S",
    "S": "%S",
    "p": "%p",
    "a": "%a",
    "W": "%A",
    "b": "%b",
    "M": "%B",
    "T": "%H:%M:%S",
    "r": "%I:%M:%S %p",
    "v": "%V",
    "x": "%G",
    "%": "%%",
}
_JODA = {
    "yyyy": "%Y",
    "YYYY": "%Y",
    "yy": "%y",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "M": "%-m",
    "dd": "%d",
    "d": "%-d",
    "DDD": "%j",
    "EEEE": "%A",
    "EEE": "%a",
    "EE": "%a",
    "E": "%a",
    "HH": "%H",
    "H": "%-H",
    "hh": "%I",
    "h": "%-I",
    "mm": "%M",
    "ss": "%S",
    "SSS": "%g",
    "SSSSSS": "%f",
    "a": "%p",
    "ww": "%V",
    "xxxx": "%G",
}
_JODA_PART = re.compile(r"'(?P<text>(?:[^']|'')*)'|(?P<letters>([A-Za-z])\3*)|(?P<other>[^A-Za-z'])")
_FOR_READING = frozenset({"%Y", "%m", "%d", "%H", "%M", "%S", "%-m", "%-d", "%-H", "%b", "%B", "%g", "%f", "%H:%M:%S"})


def from_mysql(form: str) -> list[str] | str:
    """The parts of a form in the engine's words, or the piece that is refused."""
    parts: list[str] = []
    place = 0
    while place < len(form):
        if form[place] != "%":
            parts.append(form[place])
            place += 1
            continue
        letter = form[place + 1 : place + 2]
        if letter not in _MYSQL:
            return f"%{letter}"
        parts.append(_MYSQL[letter])
        place += 2
    return parts


def from_joda(form: str) -> list[str] | str:
    """As above, for Joda's letters; text between quotes stands for itself."""
    parts: list[str] = []
    place = 0
    while place < len(form):
        part = _JODA_PART.match(form, place)
        if part is None:
            return form[place:]
        place = part.end()
        if part["letters"] is not None:
            if part["letters"] not in _JODA:
                return part["letters"]
            parts.append(_JODA[part["letters"]])
        else:
            text = part["other"] or (part["text"] or "'").replace("''", "'")
            parts += ["%%" if sign == "%" else sign for sign in text]
    return parts


def can_be_read(parts: list[str]) -> bool:
    """Whether a form tells a whole day, once and by parts that are read the same way: what it leaves out differs between engines."""
    told = [part for part in parts if len(part) > 1 and part != "%%"]
    months = {"%m", "%-m", "%b", "%B"}
    days = {"%d", "%-d"}
    whole = told.count("%Y") == 1 and sum(part in months for part in told) == 1 and sum(part in days for part in told) == 1
    return whole and len(set(told)) == len(told) and set(told) <= _FOR_READING
