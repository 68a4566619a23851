"""The string functions and those of regular expressions. Read by `functions`.

Left out: `normalize`, `levenshtein_distance` and `hamming_distance`, which count bytes here and characters there.
"""

from tribute.analytics.timestream.calls import Call, Function, Signature
from tribute.analytics.timestream.fragments import MOST_BYTES, failing, once, quoted
from tribute.analytics.timestream.patterns import Pattern, understood
from tribute.analytics.timestream.types import BIGINT, BOOLEAN, INTEGER, VARCHAR, array_of

_BLANKS = "".join(
    map(chr, (*range(9, 14), *range(28, 33), 0x1680, *range(0x2000, 0x2007), *range(0x2008, 0x200B), 0x2028, 0x2029, 0x205F, 0x3000))
)
"""What Trino trims: what Java calls whitespace. The engine would trim blanks alone."""
_LONGEST_REPLACEMENT = 100
_LONGEST_PADDED = 2048
"""Timestream's limit of a varchar in bytes."""


def _simple(name: str, sql: str, gives: object, *takes: object) -> Function:
    return Function(name, "string", (Signature(tuple(takes), gives, sql),))  # type: ignore[arg-type]  # checked where it is called, below


def _case(name: str, odd: str) -> Function:
    """`upper` and `lower`: the engine changes one letter more than Timestream does."""
    refused = failing(f"{name} is not available for a text with the letter {odd}")

    def sql(call: Call) -> str:
        return once({"x": call.sql[0]}, f"CASE WHEN contains(v.x, {quoted(odd)}) THEN {refused} ELSE {name}(v.x) END")

    return Function(name, "string", (Signature((VARCHAR,), VARCHAR, sql),))


def _trim(name: str) -> Function:
    return Function(name, "string", (Signature((VARCHAR,), VARCHAR, f"{name}({{0}}, {quoted(_BLANKS)})"),), "Takes away all whitespace.")


def _substr(call: Call) -> str:
    """From a place that counts from 1, or from the end if negative; nothing for place 0 and places outside."""
    operands = {"x": call.sql[0], "p": call.sql[1]} | ({"n": call.sql[2]} if len(call.sql) > 2 else {})
    length = ", v.n" if "n" in operands else ""
    nulls = " OR ".join(f"v.{name} IS NULL" for name in operands)
    none_left = " OR v.n <= 0" if "n" in operands else ""
    start = "CASE WHEN v.p > 0 THEN v.p ELSE length(v.x) + v.p + 1 END"
    outside = f"v.p = 0 OR v.p < - length(v.x){none_left}"
    return once(operands, f"CASE WHEN {nulls} THEN NULL WHEN {outside} THEN '' ELSE substring(v.x, {start}{length}) END")


def _filled(call: Call, place: int) -> str:
    text = call.text(place)
    if not text:
        raise call.refuse(place, f"the argument {place + 1} of {call.name} must not be empty")
    return quoted(text)


def _replace(call: Call) -> str:
    new = call.sql[2] if len(call.sql) > 2 else quoted("")
    refused = failing(f"a text that is put together has more than {MOST_BYTES} bytes")
    long = f"(strlen(v.x) - strlen(replace(v.x, {_filled(call, 1)}, ''))) * strlen(v.n) > {MOST_BYTES}"
    return once({"x": call.sql[0], "n": new}, f"CASE WHEN {long} THEN {refused} ELSE replace(v.x, {_filled(call, 1)}, v.n) END")


def _split(call: Call) -> str:
    return f"string_split({call.sql[0]}, {_filled(call, 1)})"


def _split_part(call: Call) -> str:
    """NULL where there are not so many parts."""
    return f"string_split({call.sql[0]}, {_filled(call, 1)})[{call.whole(2, 1, 1 << 31)}]"


def _strpos(call: Call) -> str:
    return f"strpos({call.sql[0]}, {call.sql[1]})"


def _pad(call: Call) -> str:
    return f"{call.name}({call.sql[0]}, {call.whole(1, 0, _LONGEST_PADDED)}, {_filled(call, 2)})"


def _reverse(call: Call) -> str:
    """Character by character; the engine's own keeps what is written with several of them together."""
    letters = "list_transform(range(length(v.x), 0, -1), lambda i: substring(v.x, i, 1))"
    return once({"x": call.sql[0]}, f"CASE WHEN v.x IS NULL THEN NULL ELSE array_to_string({letters}, '') END")


def _chr(call: Call) -> str:
    refused = failing("Not a valid Unicode code point")
    known = "v.x BETWEEN 1 AND 55295 OR v.x BETWEEN 57344 AND 1114111"
    return once({"x": call.sql[0]}, f"CASE WHEN v.x IS NULL THEN NULL WHEN {known} THEN chr(CAST(v.x AS INTEGER)) ELSE {refused} END")


def _pattern(call: Call) -> Pattern:
    read = understood(call.text(1))
    if isinstance(read, str):
        raise call.refuse(1, read)
    return read


def _matched(call: Call, body: str, pattern: Pattern) -> str:
    """Something made of `v.x` and the pattern, unless the engines would read the text differently."""
    if pattern.needs_no_last_break:
        body = (
            f"CASE WHEN ends_with(v.x, chr(10)) THEN {failing('$ is not available for a text that ends with a line break')} ELSE {body} END"
        )
    if pattern.needs_ascii:
        refused = failing("\\d and \\w are not available for a text with other than ASCII letters; write [0-9] and the like")
        body = f"CASE WHEN strlen(v.x) <> length(v.x) THEN {refused} ELSE {body} END"
    return once({"x": call.sql[0]}, body)


def _regexp_like(call: Call) -> str:
    pattern = _pattern(call)
    return _matched(call, f"regexp_matches(v.x, {quoted(pattern.text)})", pattern)


def _group(call: Call, pattern: Pattern) -> int:
    group = call.whole(2, 0, pattern.groups) if len(call.sql) > 2 else 0
    if group and not pattern.certain_groups:
        raise call.refuse(1, "a group is not available with an alternative or a repeated group in the regular expression")
    return group


def _regexp_extract(call: Call) -> str:
    """NULL where nothing matches."""
    pattern = _pattern(call)
    text = quoted(pattern.text)
    return _matched(call, f"CASE WHEN regexp_matches(v.x, {text}) THEN regexp_extract(v.x, {text}, {_group(call, pattern)}) END", pattern)


def _not_of_nothing(call: Call) -> Pattern:
    pattern = _pattern(call)
    if pattern.matches_nothing:
        raise call.refuse(1, f"{call.name} is not available with a regular expression that matches the empty text")
    return pattern


def _regexp_extract_all(call: Call) -> str:
    pattern = _not_of_nothing(call)
    return _matched(call, f"regexp_extract_all(v.x, {quoted(pattern.text)}, {_group(call, pattern)})", pattern)


def _regexp_replace(call: Call) -> str:
    pattern = _not_of_nothing(call)
    new = call.text(2) if len(call.sql) > 2 else ""
    if len(new) > _LONGEST_REPLACEMENT:
        raise call.refuse(2, f"the replacement has more than {_LONGEST_REPLACEMENT} characters")
    if "\\" in new or "$" in new:
        raise call.refuse(2, "a replacement with '$' or '\\' is not available here")
    return _matched(call, f"regexp_replace(v.x, {quoted(pattern.text)}, {quoted(new)}, 'g')", pattern)


def _regexp_split(call: Call) -> str:
    pattern = _not_of_nothing(call)
    if pattern.groups:
        raise call.refuse(1, "regexp_split is not available with a group in the regular expression")
    return _matched(call, f"string_split_regex(v.x, {quoted(pattern.text)})", pattern)


def _regular(name: str, gives: object, sql: object, *optional: object) -> Function:
    takes = (VARCHAR, VARCHAR)
    note = "The pattern is written as a literal, in the part of the syntax that is the same everywhere."
    return Function(name, "regular expression", (Signature(takes, gives, sql, optional=optional),), note)  # type: ignore[arg-type]  # as above


_WITH_LITERAL = "What is searched for is written as a literal."
FUNCTIONS: tuple[Function, ...] = (
    _simple("length", "length({0})", BIGINT, VARCHAR),
    _case("upper", "ß"),
    _case("lower", "İ"),
    _trim("trim"),
    _trim("ltrim"),
    _trim("rtrim"),
    Function("substr", "string", (Signature((VARCHAR, BIGINT), VARCHAR, _substr, optional=(BIGINT,)),)),
    Function("substring", "string", (Signature((VARCHAR, BIGINT), VARCHAR, _substr, optional=(BIGINT,)),)),
    Function("replace", "string", (Signature((VARCHAR, VARCHAR), VARCHAR, _replace, optional=(VARCHAR,)),), _WITH_LITERAL),
    Function("split", "string", (Signature((VARCHAR, VARCHAR), array_of(VARCHAR), _split),), _WITH_LITERAL),
    Function(
        "split_part",
        "string",
        (Signature((VARCHAR, VARCHAR, BIGINT), VARCHAR, _split_part),),
        "The separator and the place are written as literals; NULL where there are not so many parts.",
    ),
    Function("strpos", "string", (Signature((VARCHAR, VARCHAR), BIGINT, _strpos),)),
    Function("lpad", "string", (Signature((VARCHAR, BIGINT, VARCHAR), VARCHAR, _pad),), "Length and filling are written as literals."),
    Function("rpad", "string", (Signature((VARCHAR, BIGINT, VARCHAR), VARCHAR, _pad),), "Length and filling are written as literals."),
    Function("reverse", "string", (Signature((VARCHAR,), VARCHAR, _reverse),)),
    Function("chr", "string", (Signature((BIGINT,), VARCHAR, _chr),)),
    _simple("starts_with", "starts_with({0}, {1})", BOOLEAN, VARCHAR, VARCHAR),
    _regular("regexp_like", BOOLEAN, _regexp_like),
    _regular("regexp_extract", VARCHAR, _regexp_extract, INTEGER),
    _regular("regexp_extract_all", array_of(VARCHAR), _regexp_extract_all, INTEGER),
    _regular("regexp_replace", VARCHAR, _regexp_replace, VARCHAR),
    _regular("regexp_split", array_of(VARCHAR), _regexp_split),
)
