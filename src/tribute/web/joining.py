"""A program's sign-up page: what it offers, its terms and its questions, for strangers and for affiliates of other programs.

Invariant: what a stranger gets back depends on what they typed, never on whether somebody has the address that they gave.
"""

from asyncio import sleep, to_thread
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Annotated, Any, ClassVar, Final

from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from tribute.access.caller import Caller
from tribute.access.quota import Quota
from tribute.kit.errors import ConflictError, InvalidInputError, UnavailableError
from tribute.kit.ids import new_secret
from tribute.kit.pauses import pause_to_beat
from tribute.kit.proxies import network_of
from tribute.ledger.rules.sign_up import FormProblemsError
from tribute.office.joining import Told
from tribute.reports.joining import Offer
from tribute.reports.ports import Profile
from tribute.web.offers import OfferShown, QuestionShown, offer_shown, questions_shown
from tribute.web.parts import AnyRequest, Parts

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
_LARGEST_FORM: Final = 300_000
"""Ten long answers of signs that take twelve bytes each in a form."""
_HONEYPOT: Final = "fax"
"""A field that no person sees: programs that fill in every form fill it in."""
_BEAT_SECONDS: Final = 0.15
"""The answer to a form takes this long, or twice or thrice as long where the machine is busy, and nothing between. An account is more to
write down than an application or the word that there is one already, by milliseconds: whoever sends a form must not be able to tell by
them whether the address is somebody's."""
_OF_THE_LOOK: Final = 12
"""Where the ledger is slow or far, the beat is so many times as long as it took to read the program's page, which every form begins with:
an account asks the ledger a dozen questions more than the word that there is one (30 for 18), and all is over within one such beat."""
_LONGEST_BEAT_SECONDS: Final = 5.0
_LABELS: Final = {
    "name": "Name",
    "email": "E-mail address",
    "code": "Your code",
    "promotes": "Where you will tell people about it",
    "terms": "The terms",
}
_TOO_MANY = "Many applications came from your network just now. Nothing was kept; what you typed is still here. Send it again in an hour."
_OUT = "You are not in this program any more; ask its owner. Nothing was sent."


@dataclass(frozen=True, slots=True)
class JoinPage:
    """The page. `as_name` is of the affiliate who is signed in; `standing` says that they need not apply; the team only looks."""

    template: ClassVar[str] = "join.html"
    slug: str
    offer: OfferShown
    questions: Sequence[QuestionShown]
    once: str
    typed: dict[str, str]
    problems: dict[str, str]
    summary: Sequence[tuple[str, str]]
    notice: str | None
    as_name: str | None
    as_email: str | None
    standing: str | None
    only_looks: bool


@dataclass(frozen=True, slots=True)
class ThanksPage:
    """What comes next, the same for whoever sent the form."""

    template: ClassVar[str] = "join_thanks.html"
    program: str
    by_approval: bool
    mails_are_sent: bool
    is_signed_in: bool


@dataclass(frozen=True, slots=True)
class _Bounds:
    """How much strangers may send: from one network, and all together."""

    of_a_network: Quota
    in_all: Quota

    def admit(self, client: str | None) -> bool:
        """Whether a request from this address may go on. An address that nothing tells is one network."""
        return self.of_a_network.take(network_of(client or "")) and self.in_all.take("")


def joining_routes(parts: Parts) -> list[Any]:
    """The pages under /join."""
    sendings = _Bounds(Quota(parts.clock, 10, timedelta(hours=1)), Quota(parts.clock, 300, timedelta(hours=1)))
    checks = _Bounds(Quota(parts.clock, 120, timedelta(minutes=10)), Quota(parts.clock, 6_000, timedelta(minutes=10)))
    return [*_page_routes(parts, sendings), _code_route(parts, checks)]


def _page_routes(parts: Parts, sendings: _Bounds) -> list[Any]:
    @get("/join/{slug:str}")
    async def look(request: AnyRequest, slug: FromPath[str]) -> Response[Any]:
        return await to_thread(lambda: _shown(parts, request, parts.ledger.joining.offer(slug)))

    @post("/join/{slug:str}", request_max_body_size=_LARGEST_FORM)
    async def send(request: AnyRequest, slug: FromPath[str], data: Form) -> Response[Any]:
        begun = monotonic()
        offer = await to_thread(parts.ledger.joining.offer, slug)
        beat = min(max(_BEAT_SECONDS, _OF_THE_LOOK * (monotonic() - begun)), _LONGEST_BEAT_SECONDS)
        answer = await to_thread(_sent, parts, sendings, request, offer, data)
        await sleep(pause_to_beat(monotonic() - begun, beat))
        return answer

    @get("/join/{slug:str}/thanks", sync_to_thread=True)
    def thanks(request: AnyRequest, slug: FromPath[str]) -> Response[Any]:
        offer, caller = parts.ledger.joining.offer(slug), parts.visitor(request)
        is_affiliate = caller is not None and caller.affiliate_id is not None
        page = ThanksPage(offer.program.name, offer.terms.by_approval, parts.office.letters.are_sent, is_affiliate)
        return parts.render.page(page, request)

    return [look, send, thanks]


def _code_route(parts: Parts, checks: _Bounds) -> Any:
    @get("/join/{slug:str}/code", sync_to_thread=True)
    def code(request: AnyRequest, slug: FromPath[str]) -> Response[Any]:
        """Whether a code is free, and nothing about whose it is otherwise."""
        if not checks.admit(parts.address(request)):
            return Response({"free": None, "told": ""}, status_code=429)
        try:
            is_free = parts.office.joining.is_free(slug, request.query_params.get("code", "")[:200])
        except InvalidInputError as error:
            return Response({"free": False, "told": _sentence(error.problem)})
        return Response({"free": is_free, "told": "Free." if is_free else "Taken. Choose another one."})

    return code


def _sent(parts: Parts, sendings: _Bounds, request: AnyRequest, offer: Offer, told: dict[str, str]) -> Response[Any]:
    """Take what was sent, and lead on to what comes next; or show the page again with what is wrong and what was typed."""
    caller = parts.visitor(request)
    arrived = Redirect(f"/join/{offer.slug}/thanks", status_code=303)
    if told.get(_HONEYPOT):
        return arrived
    if not sendings.admit(parts.address(request)):
        return _shown(parts, request, offer, typed=told, notice=_TOO_MANY, status=429)
    try:
        if caller is None:
            parts.office.joining.apply(offer.slug, _told(offer, told))
        else:
            parts.office.joining.apply_as(caller, offer.slug, _told(offer, told))
    except FormProblemsError as error:
        return _shown(parts, request, offer, typed=told, problems=error.problems, status=422)
    except ConflictError:
        return _shown(parts, request, offer, typed=told, notice=_OUT, status=409)
    except UnavailableError as error:
        return _shown(parts, request, offer, typed=told, notice=_sentence(str(error)), status=503)
    return arrived


def _told(offer: Offer, told: dict[str, str]) -> Told:
    return Told(
        name=told.get("name", ""),
        email=told.get("email", ""),
        code=told.get("code", ""),
        promotes=told.get("promotes", ""),
        answers={place: told.get(f"answer-{place}", "") for place in range(len(offer.questions))},
        terms_id=told.get("terms") or None,
        once=told.get("once", "")[:100],
    )


def _shown(
    parts: Parts,
    request: AnyRequest,
    offer: Offer,
    *,
    typed: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
    notice: str | None = None,
    status: int = 200,
) -> Response[Any]:
    caller, typed = parts.visitor(request), typed or {}
    profile = parts.accounts.profile(caller) if caller is not None and caller.affiliate_id is not None else None
    sentences = {field: _sentence(problem) for field, problem in (problems or {}).items()}
    labels = _LABELS | {f"answer-{place}": one.text for place, one in enumerate(offer.questions)}
    page = JoinPage(
        slug=offer.slug,
        offer=offer_shown(offer),
        questions=questions_shown(offer.questions, typed, sentences),
        once=new_secret(),
        typed=typed,
        problems=sentences,
        summary=[(field, f"{labels.get(field, field).rstrip('?:. ')}: {problem}") for field, problem in (problems or {}).items()],
        notice=notice,
        as_name=profile.name if profile is not None else None,
        as_email=profile.email if profile is not None else None,
        standing=_standing(parts, caller, offer, profile),
        only_looks=caller is not None and caller.is_team,
    )
    return parts.render.page(page, request, status=status)


def _standing(parts: Parts, caller: Caller | None, offer: Offer, profile: Profile | None) -> str | None:
    """Where a signed-in affiliate stands already, in a sentence; None for who may apply."""
    if caller is None or profile is None:
        return None
    standing = parts.ledger.joining.standing(caller, offer.program.id)
    match standing.state if standing is not None else None:
        case "approved":
            return "You are in this program."
        case "pending":
            return "You have applied already. Somebody reads it and answers you."
        case "deactivated" | "banned":
            return "You are not in this program any more. Ask its owner if you think that this is wrong."
        case _:
            return None


def _sentence(problem: str) -> str:
    return f"{problem[:1].upper()}{problem[1:]}."
