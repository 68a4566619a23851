"""The console's page of a program's sign-up page: its address, words, terms and questions, and how it will look. Complete without scripts.

What is sent is the whole page: a question whose text is taken away is taken out.
"""

from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, cast, get_args

from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath

from tribute.access.caller import Caller
from tribute.kit.errors import ConflictError, InvalidInputError
from tribute.ledger.rules.sign_up import MOST_QUESTIONS, Question, QuestionKind
from tribute.office.sign_ups import SignUpChange
from tribute.reports.joining import Offer
from tribute.reports.scope import require_team
from tribute.web.after_forms import back_to, said_at
from tribute.web.offers import OfferShown, QuestionShown, offer_shown, questions_shown
from tribute.web.parts import AnyRequest, Parts
from tribute.web.portal.options import Option

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
_LARGEST_FORM: Final = 1_000_000
"""The longest terms, of signs that take twelve bytes each in a form."""
_BLANK: Final = 2
"""Empty places for questions below those that are there."""
_KINDS: Final = {"short": "Short text", "long": "Long text", "choice": "Choice", "yes_no": "Yes or no"}


@dataclass(frozen=True, slots=True)
class QuestionEdited:
    """One place for a question in the form."""

    number: int
    text: str
    kinds: Sequence[Option]
    required: bool
    choices: str


@dataclass(frozen=True, slots=True)
class SignUpEditPage:
    """The form as it stands or was typed, and the page as it is kept."""

    template: ClassVar[str] = "owner/sign_up.html"
    name: str
    program_id: str
    address: str
    join_prefix: str
    offer: OfferShown
    preview: Sequence[QuestionShown]
    is_published: bool
    slug: str
    welcome: str
    terms_text: str
    by_approval: bool
    questions: Sequence[QuestionEdited]
    problem: str | None
    is_saved: bool
    may_change: bool


def sign_up_edit_routes(parts: Parts) -> list[Any]:
    """The page, and what its form sends. Viewers only look; an affiliate gets 403."""

    @get("/owner/programs/{program_id:str}/sign-up")
    async def look(request: AnyRequest, program_id: FromPath[str]) -> Response[Any]:
        return await to_thread(_show, parts, request, program_id)

    @post("/owner/programs/{program_id:str}/sign-up", request_max_body_size=_LARGEST_FORM)
    async def save(request: AnyRequest, program_id: FromPath[str], data: Form) -> Response[Any]:
        return await to_thread(_save, parts, request, program_id, data)

    return [look, save]


def _show(parts: Parts, request: AnyRequest, program_id: str) -> Response[Any]:
    caller = parts.caller(request)
    require_team(caller)
    offer = parts.ledger.joining.draft(caller, program_id)
    return parts.render.page(_page(parts, caller, offer, is_saved=said_at(parts, request) == "saved"), request)


def _save(parts: Parts, request: AnyRequest, program_id: str, told: dict[str, str]) -> Response[Any]:
    caller = parts.caller(request)
    require_team(caller)
    wanted = SignUpChange(
        is_published=told.get("published") == "yes",
        slug=told.get("slug", ""),
        welcome=told.get("welcome", ""),
        terms_text=told.get("terms_text", ""),
        questions=_questions(told),
    )
    try:
        parts.office.sign_ups.change(caller, program_id, wanted)
    except (InvalidInputError, ConflictError) as error:
        problem = f"Nothing was changed. {_named(error)}"
        page = _page(parts, caller, parts.ledger.joining.draft(caller, program_id), typed=wanted, problem=problem)
        return parts.render.page(page, request, status=422)
    return back_to(parts, f"/owner/programs/{program_id}/sign-up", say="saved")


def _questions(told: dict[str, str]) -> list[Question]:
    """The questions of the form; a place without a text has none."""
    asked = []
    for number in range(MOST_QUESTIONS):
        text, kind = told.get(f"text-{number}", ""), told.get(f"kind-{number}", "short")
        if not text.strip() or kind not in get_args(QuestionKind):
            continue
        choices = tuple(line for line in told.get(f"choices-{number}", "").splitlines() if line.strip()) if kind == "choice" else ()
        asked.append(Question(text, cast("QuestionKind", kind), told.get(f"required-{number}") == "yes", choices))
    return asked


def _page(
    parts: Parts,
    caller: Caller,
    offer: Offer,
    *,
    typed: SignUpChange | None = None,
    problem: str | None = None,
    is_saved: bool = False,
) -> SignUpEditPage:
    prefix = f"{parts.public_url.rstrip('/')}/join/"
    questions = list(typed.questions or ()) if typed is not None else list(offer.questions)
    places = min(MOST_QUESTIONS, len(questions) + _BLANK)
    blank = Question("")
    return SignUpEditPage(
        name=parts.accounts.profile(caller).name,
        program_id=offer.program.id,
        address=prefix + offer.slug,
        join_prefix=prefix,
        offer=offer_shown(offer),
        preview=questions_shown(offer.questions),
        is_published=bool(typed.is_published) if typed is not None else offer.is_published,
        slug=typed.slug or "" if typed is not None else offer.slug,
        welcome=typed.welcome or "" if typed is not None else offer.welcome,
        terms_text=typed.terms_text or "" if typed is not None else offer.terms.text,
        by_approval=offer.terms.by_approval,
        questions=[_edited(number, questions[number] if number < len(questions) else blank) for number in range(places)],
        problem=problem,
        is_saved=is_saved,
        may_change=caller.may_change,
    )


def _edited(number: int, question: Question) -> QuestionEdited:
    kinds = [Option(kind, words, kind == question.kind) for kind, words in _KINDS.items()]
    return QuestionEdited(number, question.text, kinds, question.required, "\n".join(question.choices))


def _named(error: InvalidInputError | ConflictError) -> str:
    """The error as a sentence; of a question, by its number from one."""
    text = str(error)
    if isinstance(error, InvalidInputError) and error.field.startswith("questions["):
        number = int(error.field[len("questions[") :].partition("]")[0]) + 1
        text = f"Question {number}: {error.problem}"
    return f"{text[:1].upper()}{text[1:]}."
