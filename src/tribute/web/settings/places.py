"""Countries by their names, for lists to choose from. The interface is English, and so are they."""

from collections.abc import Sequence
from functools import cache

from babel import Locale

_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})


@cache
def countries() -> Sequence[tuple[str, str]]:
    """ISO 3166 code and name, by name."""
    named = Locale("en").territories.items()
    found = [(code, name) for code, name in named if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES]
    return sorted(found, key=lambda one: one[1])
