"""From a request's body to a value, or to an error that names the field and what it should be. Called by every route that takes a body."""

import re
from typing import Any, TypeVar

import msgspec
from litestar import Request

from tribute.kit.errors import InvalidInputError

LARGEST_BODY_BYTES = 1024 * 1024
Body = TypeVar("Body")

_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")
_FIXES = (
    ("Expected `int", "give a whole number, without quotes or a decimal point; amounts are in minor units, 19900 for 199.00 USD"),
    ("Expected `str", "give a text, in quotes"),
    ("Expected `bool", "give true or false"),
    ("Expected `array", "give a list, in square brackets"),
    ("Expected `object", "give an object, in curly brackets"),
    ("timezone component", "has no time zone; end it with Z for UTC, as in 2026-11-20T10:00:00Z"),
    ("Invalid RFC3339", "give a time like 2026-11-20T10:00:00Z"),
    ("Expected `datetime", "give a time like 2026-11-20T10:00:00Z"),
    ("Integer value out of range", "is larger than any honest amount"),
)


async def body_of(request: Request[Any, Any, Any], kind: type[Body]) -> Body:
    """The body as a value of this type. Raises InvalidInputError."""
    return decoded(await request.body(), kind)


def decoded(body: bytes, kind: type[Body]) -> Body:
    """JSON as a value of this type. Raises InvalidInputError, which names the field."""
    if len(body) > LARGEST_BODY_BYTES:
        raise InvalidInputError("body", f"is {len(body)} bytes long; {LARGEST_BODY_BYTES} is the most")
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise _explained(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInputError("body", "is not JSON; send an object with `content-type: application/json`") from error


def _explained(problem: str) -> InvalidInputError:
    """What msgspec says of a value, for people: `Expected `int`, got `float` - at `$.amount_minor`` names amount_minor and the fix."""
    found = _PLACE.search(problem)
    place = found.group(1) if found else ""
    what = problem[: found.start()] if found else problem
    named = re.search(r"(?:missing required field|contains unknown field) `([^`]*)`", what)
    if named is not None:
        field = f"{place}.{named.group(1)}" if place else named.group(1)
        return InvalidInputError(field, "is missing" if "missing" in what else "there is no such field; leave it out, or mind its spelling")
    choice = re.match(r"Invalid enum value (.*)", what)
    if choice is not None:
        return InvalidInputError(place or "body", f"{choice.group(1)} is none of the values that it can have; the API's page lists them")
    fix = next((fix for sign, fix in _FIXES if sign in what), what)
    return InvalidInputError(place or "body", fix)
