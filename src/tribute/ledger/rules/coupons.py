"""A coupon's code as checkouts have it: 1 to 64 printable characters without spaces, kept in lower case. Pure; the repository asks here."""

from tribute.kit.errors import InvalidInputError

COUPON_LIMIT = 64


def normalised_coupon(text: str) -> str | None:
    """The code in lower case, as it is kept and looked up; None for a text that cannot be one."""
    code = text.strip().lower()
    if not code or len(code) > COUPON_LIMIT or not code.isprintable() or any(sign.isspace() for sign in code):
        return None
    return code


def checked_coupon(text: str, field: str = "coupon") -> str:
    """The code in lower case. Raises InvalidInputError for a text that cannot be one."""
    code = normalised_coupon(text)
    if code is None:
        raise InvalidInputError(field, f"give 1 to {COUPON_LIMIT} printable characters without spaces")
    return code
