"""What people call things, looked up: a program by id or name, an affiliate by code or id, a website by id, domain or name.

With a field, what is unknown is that field's fault (InvalidInputError); without one it is what was asked for, and not there
(NotFoundError). Called by the offices, within their transactions.
"""

import msgspec
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.errors import InvalidInputError, NotFoundError, TributeError
from tribute.ledger.affiliates import AffiliateRecord, Affiliates
from tribute.ledger.programs import ProgramRecord, Programs
from tribute.ledger.rules.terms import Rule, Terms
from tribute.ledger.websites import WebsiteRecord, Websites

_SHOWN = 60


def the_program(session: Session, clock: Clock, told: str, field: str | None = None) -> ProgramRecord:
    """The program of this id or name."""
    found = Programs(session, clock).by_name(told)
    if found is None:
        raise _unknown(field, f"no program is called {told[:_SHOWN]!r}; `tribute program list` shows them")
    return found


def the_affiliate(session: Session, clock: Clock, told: str, field: str | None = None) -> AffiliateRecord:
    """The affiliate of this code or id."""
    affiliates = Affiliates(session, clock)
    found = affiliates.by_code(told) or affiliates.by_id(told)
    if found is None:
        raise _unknown(field, f"no affiliate has the code {told[:_SHOWN]!r}; `tribute affiliate list` shows them")
    return found


def the_website(session: Session, clock: Clock, told: str, field: str | None = None) -> WebsiteRecord:
    """The website of this id, domain or name."""
    found = Websites(session, clock).by_name(told)
    if found is None:
        raise _unknown(field, f"no website is called {told[:_SHOWN]!r}; `tribute website list` shows them")
    return found


def with_ids(session: Session, clock: Clock, terms: Terms) -> Terms:
    """The terms with ids where their rules name websites by domain or name, and affiliates by code."""
    rules = tuple(_rule_with_ids(session, clock, rule, f"rules[{index}]") for index, rule in enumerate(terms.rules))
    return msgspec.structs.replace(terms, rules=rules)


def _rule_with_ids(session: Session, clock: Clock, rule: Rule, field: str) -> Rule:
    websites = tuple(the_website(session, clock, one, f"{field}.websites[{number}]").id for number, one in enumerate(rule.websites))
    affiliates = tuple(the_affiliate(session, clock, one, f"{field}.affiliates[{number}]").id for number, one in enumerate(rule.affiliates))
    return msgspec.structs.replace(rule, websites=websites, affiliates=affiliates)


def _unknown(field: str | None, sentence: str) -> TributeError:
    return NotFoundError(sentence) if field is None else InvalidInputError(field, sentence)
