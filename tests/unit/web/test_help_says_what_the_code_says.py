"""The help page: each metric with the definition that the numbers are counted by, and the programs' own terms."""

import html
import re

from tests.support.portal import Portal
from tests.support.shop import Shop
from tribute.analytics.definitions import Metric
from tribute.ledger.rules.terms import Rule, Terms
from tribute.web.portal.definitions import metric_rules


def test_every_metric_is_explained_from_its_definition(portal: Portal) -> None:
    shop = Shop(portal)
    page = re.sub("</?code>", "", html.unescape(shop.browsing(shop.ada).get("/help").text))
    assert set(metric_rules()) == set(Metric)
    for rule in metric_rules().values():
        assert f"Exactly: {rule.replace('`', '')}" in page


def test_the_terms_are_those_in_force(portal: Portal) -> None:
    terms = Terms(
        currency="USD", rules=(Rule(percent="35"),), model="first-click", window_days=45, hold_days=14, minimum_payout_minor=5_000
    )
    shop = Shop(portal, terms)
    page = shop.browsing(shop.ada).get("/help").text
    for told in (
        "at most 45 days before",
        "the first click before the order counts",
        "pending for 14 days",
        "50.00 USD",
        "35 % of every sale",
    ):
        assert told in page
