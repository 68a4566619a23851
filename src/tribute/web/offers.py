"""What a program offers, as its sign-up page and the console tell it to whoever reads. Used by both."""

from collections.abc import Sequence
from dataclasses import dataclass

from tribute.ledger.rules.sign_up import Question
from tribute.ledger.rules.terms import Terms
from tribute.reports.joining import Offer
from tribute.web.reader import reader, readers_terms

_MODELS = {
    "last-click": "When several people sent the same customer, the last click before the sale counts.",
    "first-click": "When several people sent the same customer, the first click within that time counts.",
}


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """A question with its field, what was typed there, and what is wrong with that."""

    field: str
    text: str
    kind: str
    required: bool
    options: Sequence[str]
    longest: int
    typed: str = ""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class OfferShown:
    """An offer as people read it."""

    program: str
    welcome: str
    pays: Sequence[str]
    facts: Sequence[str]
    websites: Sequence[str]
    terms_text: str
    terms_id: str
    by_approval: bool


def offer_shown(offer: Offer) -> OfferShown:
    """The offer, laid out."""
    return OfferShown(
        program=offer.program.name,
        welcome=offer.welcome,
        pays=offer.told(readers_terms()),
        facts=[*_facts(offer.terms)],
        websites=[site.domain for site in offer.websites],
        terms_text=offer.terms.text,
        terms_id=offer.terms_id,
        by_approval=offer.terms.by_approval,
    )


def questions_shown(
    questions: Sequence[Question], typed: dict[str, str] | None = None, problems: dict[str, str] | None = None
) -> list[QuestionShown]:
    """The questions as fields `answer-0`, `answer-1`, … of a form."""
    typed, problems = typed or {}, problems or {}
    shown = []
    for place, one in enumerate(questions):
        field = f"answer-{place}"
        shown.append(
            QuestionShown(field, one.text, one.kind, one.required, one.options, one.longest, typed.get(field, ""), problems.get(field))
        )
    return shown


def _facts(terms: Terms) -> Sequence[str]:
    days = "the day" if terms.window_days == 1 else f"the {terms.window_days} days"
    facts = [f"A sale is yours when the customer followed your link in {days} before it. {_MODELS[terms.model]}"]
    if terms.hold_days:
        days = "1 day" if terms.hold_days == 1 else f"{terms.hold_days} days"
        facts.append(f"A commission is confirmed {days} after the sale. What is refunded is taken back in the same part.")
    else:
        facts.append("A commission is confirmed at once. What is refunded later is taken back in the same part.")
    if terms.minimum_payout_minor:
        facts.append(f"Payouts begin at {reader().money(terms.minimum_payout_minor, terms.currency)}.")
    return facts
