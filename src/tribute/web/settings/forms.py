"""What the settings' pages share: forms as they come in, sentences beside fields, choices, and who may open a section."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from litestar import Response
from litestar.enums import RequestEncodingType
from litestar.params import Body

from tribute.access.caller import Caller, NotAllowedError
from tribute.kit.errors import ConflictError, InvalidInputError
from tribute.web.after_forms import back_to
from tribute.web.parts import AnyRequest, Parts

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
_LONGEST: Final = 5_000


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it is shown: what was typed, and what is wrong with which field. Without a field the problem is the form's."""

    values: Mapping[str, str]
    field: str | None = None
    problem: str | None = None
    is_saved: bool = False

    def of(self, name: str) -> str:
        """What a field has."""
        return self.values.get(name, "")


def themself(parts: Parts, request: AnyRequest) -> Caller:
    """Who is signed in, as themself: settings of others are opened by nobody. Raises SignInNeededError, NotAllowedError."""
    caller = parts.caller(request)
    if caller.seen_by is not None:
        raise NotAllowedError("Only the affiliate themself opens their settings.")
    return caller


def cut(told: Mapping[str, str]) -> dict[str, str]:
    """A form's fields, each of a length that anything is done with."""
    return {name: value[:_LONGEST] for name, value in told.items()}


def saved(
    parts: Parts,
    request: AnyRequest,
    told: Mapping[str, str],
    save: Callable[[], object],
    *,
    show: Callable[[Typed], Any],
    back: str,
    say: str | None = None,
) -> Response[Any]:
    """Save a form and lead back to its page, which says so; or show it again with the problem beside its field and all that was typed."""
    try:
        save()
    except InvalidInputError as error:
        return parts.render.page(show(Typed(told, error.field, sentence(error.problem))), request, status=422)
    except ConflictError as error:
        return parts.render.page(show(Typed(told, None, sentence(str(error)))), request, status=409)
    return back_to(parts, back, say=say)


def sentence(problem: str) -> str:
    """A problem as a sentence of its own."""
    return f"{problem[:1].upper()}{problem[1:]}."


def choices(told: Sequence[tuple[str, str]], chosen: str) -> list[Choice]:
    """The choices, with the one that is chosen."""
    return [Choice(value, label, value == chosen) for value, label in told]
