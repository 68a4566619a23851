"""Links differ in parameter, capitals and sub id; some are mistyped, and later pages carry what the snippet remembers."""

from collections import Counter
from urllib.parse import parse_qsl, urlsplit

from tests.support.demo_world import ToldWorld
from tribute.demo.cast import AFFILIATES

CODES = {affiliate.code for affiliate in AFFILIATES}


def test_parameters_capitals_and_sub_ids_vary(small: ToldWorld) -> None:
    names: Counter[str] = Counter()
    capitals = 0
    for event in small.events:
        for name, value in parse_qsl(event["context"]["page"]["search"].lstrip("?")):
            names[name] += 1
            capitals += name == "via" and value != value.lower()
    assert names["via"] > names["ref"] > names["affiliate"] > 0
    assert names["aff"] > 0
    assert names["sub"] > 0.1 * names["via"]
    assert capitals > 0.05 * names["via"]


def test_unknown_codes_are_few_and_never_someone_elses(small: ToldWorld) -> None:
    refs = Counter(call.affiliate_ref for call in small.calls if call.counts and call.affiliate_ref)
    unknown = sum(views for code, views in refs.items() if code not in CODES)
    assert 0.005 < unknown / refs.total() < 0.03
    doubled = {code[:at] + code[at] + code[at:] for code in CODES for at in range(len(code))}
    assert not doubled & CODES


def test_later_pages_carry_the_code_in_context_or_properties(small: ToldWorld) -> None:
    landings = {call.visitor.anonymous_id for call in small.calls if "?via=" in call.arrival.query and not call.is_bot}
    in_context = in_properties = 0
    for event in small.events:
        in_context += "affiliate_id" in event["context"]
        in_properties += "affiliate_id" in event["properties"]
        said = event["context"].get("affiliate_id") or event["properties"].get("affiliate_id")
        assert said is None or "?" not in urlsplit(event["context"]["page"]["url"]).query
    assert landings
    assert in_context > 2 * in_properties > 0


def test_visitors_come_back(small: ToldWorld) -> None:
    pages: Counter[str] = Counter(call.visitor.anonymous_id for call in small.calls if call.counts)
    arrivals: Counter[str] = Counter(
        call.visitor.anonymous_id for call in small.calls if call.counts and not call.arrival.referrer.startswith(call.website.origin)
    )
    assert 2.3 < pages.total() / arrivals.total() < 2.9
    assert sum(visits > 1 for visits in arrivals.values()) > 0.08 * len(arrivals)
