"""Codes, names and rules come from the ledger: later codes count from their registration, and a ledger that is away holds up little."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.pipeline import ADA, Pipeline
from tests.support.records import RECEIVED_AT, WEBSITE, page_view
from tribute.analytics.port import CodeRegistration
from tribute.events.derive import WebsiteRules
from tribute.kit.errors import UnavailableError

BOB = CodeRegistration("bob", "aff_00000000000000000bob", RECEIVED_AT + timedelta(minutes=5))


def page_views_of(pipeline: Pipeline, registration: CodeRegistration) -> int:
    return sum(point.value for point in pipeline.series(registration.affiliate_id))


def test_a_code_registered_later_counts_from_its_registration(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1, minute=4, code="bob"), page_view(2, minute=5, code="BOB"), page_view(3, minute=6, code="bob")])
    pipeline.loader.load_spool()
    assert page_views_of(pipeline, BOB) == 0

    pipeline.ledger.codes.append(BOB)
    pipeline.loader.load_spool()

    assert page_views_of(pipeline, BOB) == 2
    assert pipeline.rebuild().changed == {}
    assert page_views_of(pipeline, BOB) == 2


def test_what_the_store_could_not_take_is_told_again(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline.append([page_view(1, minute=6, code="bob")])
    pipeline.loader.load_spool()
    pipeline.ledger.codes.append(BOB)
    with monkeypatch.context() as broken:
        broken.setattr(pipeline.store, "register_codes", _unavailable)
        with pytest.raises(UnavailableError):
            pipeline.loader.load_spool()

    pipeline.loader.load_spool()

    assert page_views_of(pipeline, BOB) == 1


def test_nothing_is_loaded_before_the_ledger_was_read_once(pipeline: Pipeline) -> None:
    pipeline.ledger.rules = {WEBSITE: WebsiteRules(domain="course.example", link_parameters=("via",))}
    pipeline.ledger.is_away = True
    pipeline.append([page_view(1)])
    with pytest.raises(UnavailableError):
        pipeline.loader.load_spool()
    assert pipeline.counted() == 0

    pipeline.ledger.is_away = False
    pipeline.loader.load_spool()

    assert page_views_of(pipeline, ADA) == 1


def test_a_ledger_that_goes_away_leaves_its_rules_in_force(pipeline: Pipeline) -> None:
    pipeline.loader.load_spool()
    pipeline.ledger.is_away = True
    pipeline.append([page_view(1)])

    pipeline.loader.load_spool()

    assert page_views_of(pipeline, ADA) == 1


def test_new_rules_of_a_website_hold_for_what_is_loaded_then_and_a_rebuild_tells_the_rest(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1)])
    pipeline.loader.load_spool()
    pipeline.ledger.rules = {WEBSITE: replace(pipeline.ledger.rules[WEBSITE], link_parameters=("partner",))}
    pipeline.append([page_view(2)])
    pipeline.loader.load_spool()
    assert page_views_of(pipeline, ADA) == 1

    assert pipeline.rebuild().changed == {"without_affiliate": (1, 2)}
    assert page_views_of(pipeline, ADA) == 0


def _unavailable(*_arguments: object) -> None:
    raise UnavailableError("The store is away.")
