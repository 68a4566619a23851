"""The portal's help: what each number means, how a sale becomes an affiliate's own in their programs, and how it is paid.

The definitions are those of the code (`analytics/definitions`) that the numbers are counted by; the terms are the programs' own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from litestar import Response, get
from litestar.response import Redirect

from tribute.access.caller import Caller
from tribute.ledger.rules.terms import Terms
from tribute.reports.programs import ProgramSeen
from tribute.web.amounts import STATUS_WORDS, Amount
from tribute.web.parts import AnyRequest, Parts
from tribute.web.portal.asked import METRICS
from tribute.web.portal.definitions import (
    AS_OF_DEFINITION,
    LIVE_DEFINITION,
    METRIC_DEFINITIONS,
    METRIC_LABELS,
    UNIDENTIFIED_DEFINITION,
    metric_rules,
)
from tribute.web.reader import readers_terms

PATH: Final = "/help"
_STATES: Final = {
    "pending": "Earned, and waiting until the hold period is over: time for the customer to change their mind.",
    "approved": "The hold period is over: it is yours, and part of the next payout.",
    "paid": "A payout had it in it.",
    "reversed": "A refund or a lost dispute took all of it back. A refund of a part takes that part of it.",
    "held": "Somebody has to look into it first, such as a customer's dispute with their bank.",
    "rejected": "The owner rejected the order: nothing is owed for it.",
}
_MODELS: Final = {
    "last-click": "the last click before the order counts",
    "first-click": "the first click before the order counts",
}


@dataclass(frozen=True, slots=True)
class Explained:
    """A word, what it means, and the exact rule where there is one."""

    word: str
    meaning: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class ProgramExplained:
    """How one program credits and pays; `coming` are terms that are to replace these."""

    name: str
    websites: str
    may_earn: bool
    sentences: Sequence[str]
    coming: Sequence[tuple[datetime, Sequence[str]]]
    text: str


@dataclass(frozen=True, slots=True)
class HelpPage:
    """Everything the page shows."""

    template: ClassVar[str] = "portal/help.html"
    name: str
    code: str
    metrics: Sequence[Explained]
    others: Sequence[Explained]
    programs: Sequence[ProgramExplained]
    states: Sequence[Explained]


def help_routes(parts: Parts) -> list[Any]:
    """The page. The team's help is the documentation."""

    @get(PATH, sync_to_thread=True)
    def show(request: AnyRequest) -> Response[Any]:
        caller = parts.caller(request)
        if caller.is_team:
            return Redirect("/owner", status_code=303)
        return parts.render.page(_page(parts, caller), request)

    return [show]


def _page(parts: Parts, caller: Caller) -> HelpPage:
    profile, rules = parts.accounts.profile(caller), metric_rules()
    return HelpPage(
        name=profile.name,
        code=profile.code or "",
        metrics=[Explained(METRIC_LABELS[metric], METRIC_DEFINITIONS[metric], rules[metric]) for metric in METRICS],
        others=[
            Explained("Visitors now", LIVE_DEFINITION),
            Explained("Data as of", AS_OF_DEFINITION),
            Explained("Without an identifier", UNIDENTIFIED_DEFINITION),
        ],
        programs=[_program(one) for one in parts.ledger.programs.programs(caller)],
        states=[Explained(words, _STATES[status]) for status, words in STATUS_WORDS.items()],
    )


def _program(seen: ProgramSeen) -> ProgramExplained:
    return ProgramExplained(
        name=seen.record.name,
        websites=", ".join(site.name for site in seen.websites),
        may_earn=bool(seen.may_earn),
        sentences=[*terms_sentences(seen.current.version.terms), *seen.current.told(readers_terms())],
        coming=[
            (one.version.effective_from, [*terms_sentences(one.version.terms), *one.told(readers_terms())])
            for one in seen.coming
            if one.version.effective_from is not None
        ],
        text=seen.current.version.terms.text,
    )


def terms_sentences(terms: Terms) -> list[str]:
    """How orders are credited and paid by these terms, beside their rules."""
    window, hold = _days(terms.window_days), _days(terms.hold_days)
    told = [
        f"A sale is yours when its customer clicked one of your links at most {window} before it; of several, {_MODELS[terms.model]}.",
        "A code or coupon of yours on the order goes before any click.",
        "A customer who was credited to you once stays yours for their later orders, as far as the rules below pay for them.",
        f"Each commission is pending for {hold} from the order on, and then becomes payable."
        if terms.hold_days
        else "Each commission is payable at once.",
    ]
    if terms.minimum_payout_minor:
        told.append(
            f"A payout is made from {Amount(terms.minimum_payout_minor, terms.currency).words} on; what is less waits for the next."
        )
    return told


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
