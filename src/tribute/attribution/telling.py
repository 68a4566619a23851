"""Decisions in plain English: the whole for the owner, and for an affiliate without anything of other people.

Pure. Called by what shows a decision: pages, GraphQL, REST.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tribute.attribution.reasons import EXPLAINED, SAME_FOR_ALL
from tribute.kit.money import exponent_of
from tribute.ledger.rules.decisions import ClickSeen, Considered, DecidedLine, Decision, Verdict
from tribute.ledger.rules.telling import PLAIN, Forms, Names, rule_sentence
from tribute.ledger.rules.terms import Terms

OWNER = "owner"
"""The audience that may read everything; any other is an affiliate's id."""

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


@dataclass(frozen=True, slots=True)
class _Words:
    """What sentences are made with: names, forms, and the rules' sentences in these forms by those that are kept."""

    names: Names
    forms: Forms
    rules: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Telling:
    """A decision that can be told to one audience, in the forms of whoever reads.

    `terms` are those that were decided by, as (without them) the rules' sentences are told in the forms in which the decision keeps them.
    """

    decision: Decision
    names: Names
    audience: str
    terms: Terms | None = None

    def sentences(self, forms: Forms = PLAIN) -> list[str]:
        """As `told` tells it."""
        return told(self.decision, self.names, self.audience, forms=forms, terms=self.terms)


def told(decision: Decision, names: Names, audience: str, *, forms: Forms = PLAIN, terms: Terms | None = None) -> list[str]:
    """Sentences in the order in which a person asks: whose the order is, what was considered, what it earns, when that is payable.

    `audience` is `OWNER` or an affiliate's id. To an affiliate, others are "another affiliate" without name, code, click or link; neither
    conversions, customers nor the owner's notes are told, and no amounts of an order that is credited to somebody else.
    """
    words = _Words(names, forms, _rules_in(forms, decision, names, terms))
    return list(_to_owner(decision, words) if audience == OWNER else _to_affiliate(decision, words, audience))


def _rules_in(forms: Forms, decision: Decision, names: Names, terms: Terms | None) -> Mapping[str, str]:
    """The kept sentences of rules as they are in other forms; one that the terms tell otherwise by now stays as it was kept."""
    if terms is None or forms is PLAIN:
        return {}
    found = {}
    for line in decision.lines:
        if line.rule_sentence is not None and line.rule is not None and line.rule < len(terms.rules):
            rule, whose = terms.rules[line.rule], decision.affiliate_id
            if rule_sentence(rule, terms, names, to_affiliate=whose) == line.rule_sentence:
                found[line.rule_sentence] = rule_sentence(rule, terms, names, to_affiliate=whose, forms=forms)
    return found


def humanly(seconds: int) -> str:
    """A duration in its two greatest units: `3 hours`, `2 days and 5 minutes`, `1 second`."""
    parts = []
    for unit, length in _UNITS:
        count, seconds = divmod(seconds, length)
        if count:
            parts.append(_counted(count, unit))
    return " and ".join(parts[:2]) or "0 seconds"


def _to_owner(decision: Decision, words: _Words) -> Iterator[str]:
    names = words.names
    whose = names.affiliates.get(decision.affiliate_id or "", decision.affiliate_id)
    if decision.outcome == "held":
        yield f"Held: it may be the same order as {decision.same_as}. Nothing is owed until you say whether both count."
        if whose is not None:
            yield f"If it counts, it is credited to {whose}."
    elif decision.outcome == "attributed":
        yield f"Credited to {whose}."
    else:
        same_as = f" It is {decision.same_as}." if decision.reason == "linked" else ""
        yield f"Nobody is credited. {EXPLAINED[decision.reason or 'no_candidate']}{same_as}"
    if decision.note:
        yield f"The owner's note: {decision.note}"
    for one in decision.considered:
        name = names.affiliates.get(one.affiliate_id or "", one.affiliate_id or "nobody")
        yield _considered(one, decision, words, _Voice(name, f"{name}'s", f"{name} was", f"{name} is"), is_owner=True)
    if decision.left_out:
        yield f"{_counted(decision.left_out, 'more candidate')} came after these and made no difference."
    yield from _earnings(decision, words)


def _to_affiliate(decision: Decision, words: _Words, affiliate_id: str) -> Iterator[str]:
    is_theirs = decision.affiliate_id == affiliate_id
    if decision.outcome == "attributed":
        yield "Credited to you." if is_theirs else "Credited to another affiliate."
    elif decision.outcome == "held":
        yield EXPLAINED["possible_duplicate"] + (" If it counts, it is credited to you." if is_theirs else "")
    else:
        explained = EXPLAINED[decision.reason] if decision.reason in SAME_FOR_ALL else ""
        yield f"Nobody is credited. {explained}".strip()
    voice = _Voice("you", "your", "you were", "you are")
    for one in decision.considered:
        if one.affiliate_id == affiliate_id:
            yield _considered(one, decision, words, voice, is_owner=False)
    if is_theirs:
        yield from _earnings(decision, words)


class _Voice:
    """How a sentence speaks of an affiliate: by name to the owner, as "you" to themselves."""

    def __init__(self, name: str, whose: str, was: str, is_: str) -> None:
        self.name = name
        self.whose = whose
        self.was = was
        self.is_ = is_


def _considered(one: Considered, decision: Decision, words: _Words, voice: _Voice, *, is_owner: bool) -> str:
    """A candidate and what became of it."""
    if one.affiliate_id is None:
        sentence = _stranger(one, words)
    else:
        sentence = f"{_subject(one, words, voice)} {_verdict(one, decision, voice, is_owner)}."
    # A name keeps its own spelling also where it opens the sentence.
    return sentence if is_owner and sentence.startswith(voice.name) else sentence[:1].upper() + sentence[1:]


def _stranger(one: Considered, words: _Words) -> str:
    """A candidate that leads to no affiliate; only the owner reads of it."""
    code = f"`{one.code}`"
    if one.via == "owner":
        return "the owner gave the order to nobody."
    if one.verdict == "unknown_click":
        return f"the order names the click `{one.detail}`, which is not known."
    if one.via == "affiliate_code":
        return f"the order carries the affiliate code {code}, which nobody has."
    if one.via == "coupon":
        return f"the order carries the coupon {code}, which is no affiliate's."
    where = "" if one.click is None else f" of {_click(one.click, words)}"
    if one.verdict == "other_website":
        return f"the click{where} was on a website that is not in the program."
    return f"the address of the click{where} carried the code {code}, which nobody has."


def _subject(one: Considered, words: _Words, voice: _Voice) -> str:
    match one.via:
        case "owner":
            return f"the owner's word for {voice.name}"
        case "affiliate_code":
            return f"{voice.whose} code `{one.code}` on the order"
        case "coupon":
            return f"{voice.whose} coupon `{one.code}` on the order"
        case "customer":
            return f"an earlier order of the customer, credited to {voice.name},"
        case "click_id" | "click":
            named = ", which the order names," if one.via == "click_id" else ""
            return f"{voice.whose} click of {_click(one.click, words) if one.click else 'an unknown time'}{named}"


def _click(click: ClickSeen, words: _Words) -> str:
    link = f" by the link `{click.link_slug}`" if click.link_slug else ""
    sub_id = f" with the sub-id `{click.sub_id}`" if click.sub_id else ""
    website = words.names.websites.get(click.website_id, click.website_id)
    return f"{words.forms.moment(click.time)} on {website}{link}{sub_id}"


def _verdict(one: Considered, decision: Decision, voice: _Voice, is_owner: bool) -> str:
    if one.verdict == "won":
        return _why_won(one, decision)
    if one.verdict == "not_needed":
        return f"was good, but not needed: {_what_came_before(one, decision)}"
    span = humanly(one.seconds or 0)
    state = _enrolment(one.detail or "", is_owner)
    refusals: dict[Verdict, str] = {
        "expired": f"was {span} too old: the window is {_days(one.detail or str(decision.window_days))}",
        "after_order": f"came {span} after the order",
        "other_website": "was on a website that is not in the program",
        "not_enrolled": f"does not count: {voice.was} {state} at that time",
        "deactivated": f"does not count: {voice.whose} account was deactivated at that time",
        "self_referral": f"does not count: {voice.is_} the customer, by the e-mail address, and nobody earns on their own orders",
    }
    return refusals.get(one.verdict, "is not known")


def _why_won(one: Considered, decision: Decision) -> str:
    """What made this one win; what is not credited to anybody it only would decide."""
    decides = "decides" if decision.outcome == "attributed" else "would decide"
    window = _days(str(decision.window_days))
    match one.via:
        case "owner":
            return decides
        case "affiliate_code" | "coupon":
            return f"{decides}: it goes before any click"
        case "click_id":
            return f"{decides}: it is within the window of {window}"
        case "click":
            return f"{decides}: it is the {'last' if decision.model == 'last-click' else 'first'} that counts within the window of {window}"
        case "customer":
            return f"{decides}: a customer stays with the affiliate who was credited first"


def _what_came_before(one: Considered, decision: Decision) -> str:
    match decision.via or next((other.via for other in decision.considered if other.verdict == "won"), None):
        case "owner":
            return "the owner decided"
        case "affiliate_code":
            return "an affiliate code on the order goes before it"
        case "coupon":
            return "a coupon on the order goes before it"
        case "click_id":
            return "the click that the order names goes before it"
        case "click" if one.via == "click":
            return "a later click counts" if decision.model == "last-click" else "an earlier click counts"
        case _:
            return "a click goes before it"


def _enrolment(detail: str, is_owner: bool) -> str:
    """The state of an enrolment; the owner's words for it are for the owner."""
    state, _, reason = detail.partition(": ")
    told_state = "not enrolled in the program" if state == "none" else f"{state} in the program"
    return f"{told_state} ({reason})" if reason and is_owner else told_state


def _earnings(decision: Decision, words: _Words) -> Iterator[str]:
    """The rules and the arithmetic line by line, the sum, and when it becomes payable."""
    if decision.outcome != "attributed":
        return
    for sentence in dict.fromkeys(line.rule_sentence for line in decision.lines):
        if sentence is not None:
            yield f"The rule: {words.rules.get(sentence, sentence)}"
    several = len(decision.lines) > 1
    for line in decision.lines:
        prefix = f"Line {line.line_id}{f' ({line.product})' if line.product else ''}: " if several else ""
        yield prefix + _arithmetic(line, decision.currency, words.forms)
    if several:
        yield f"In all {words.forms.money(decision.commission_minor, decision.currency)}."
    if decision.payable_at is not None:
        yield f"It becomes payable on {words.forms.moment(decision.payable_at)}, when the hold period is over."
    if decision.provisional:
        yield "This is provisional: not all events had arrived, and it is decided again when they have."


def _arithmetic(line: DecidedLine, currency: str, forms: Forms) -> str:
    if line.exact is None:
        return _why_nothing(line, currency)
    uncapped = line.commission_minor if line.capped_from is None else line.capped_from
    if line.percent is not None:
        reached = f"{forms.money(line.amount_minor, currency)} × {line.percent} % = {_exactly(line.exact, uncapped, currency, forms)}"
    elif line.exact == "0":
        return "Nothing more: the rule pays a flat amount once an order."
    else:
        reached = f"{forms.money(line.flat_minor or 0, currency)}, a flat amount once an order"
    step = f" This is the rule's step from {_step(line, currency, forms)} on." if line.tier_from is not None else ""
    if line.capped_from is not None:
        return f"{reached}, of which {forms.money(line.commission_minor, currency)} are left under the rule's cap.{step}"
    return f"{reached}.{step}{f' {EXPLAINED[line.reason]}' if line.reason is not None else ''}"


def _why_nothing(line: DecidedLine, currency: str) -> str:
    """Why no rule paid for the line."""
    if line.reason is None:
        return "Nothing."
    explained = EXPLAINED[line.reason]
    return (
        explained.replace("No rule is in the order's currency", f"No rule in {currency}")
        if line.reason == "no_rule_in_currency"
        else explained
    )


def _exactly(exact: str, rounded_minor: int, currency: str, forms: Forms) -> str:
    """The product with all its decimals, and what it is rounded to where that differs. Percents have at most 4 decimals, so it ends."""
    fraction = Fraction(exact)
    if fraction.denominator == 1:
        return forms.money(rounded_minor, currency)
    product = (Decimal(fraction.numerator) / Decimal(fraction.denominator)).scaleb(-exponent_of(currency))
    return f"{forms.exactly(product, currency)}, rounded to {forms.money(rounded_minor, currency)}"


def _step(line: DecidedLine, currency: str, forms: Forms) -> str:
    count = line.tier_from or 0
    return f"{forms.money(count, currency)} of earlier orders" if line.tier_by == "volume" else _counted(count, "earlier order")


def _days(days: str) -> str:
    return "1 day" if days == "1" else f"{days} days"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
