"""Whatever a decision holds, what an affiliate reads of it has no name, code, id, click, link, coupon, note or order of anybody else."""

from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.sales import ADA, NOON, WEBSITE, candidates, click, decided, order, terms
from tribute.attribution.candidates import AffiliateStanding, Assigned, EarlierOrder, SameAs
from tribute.attribution.telling import OWNER, told
from tribute.ledger.rules.decisions import ClickSeen, Decision
from tribute.ledger.rules.telling import Names
from tribute.ledger.rules.terms import Condition, GroupTerms, Rule


def _twenty(seed: int) -> list[str]:
    random = Random(seed)
    return [f"{number:02}" + "".join(random.choices("qxzjQXZJ", k=random.randint(6, 12))) for number in range(20)]


_SECRETS = st.integers(0, 10**9).map(_twenty)
"""Texts that no English sentence contains."""


def _clicks_of_bob(bob: str, secrets: list[str], ago: timedelta) -> tuple[ClickSeen, ...]:
    facts: dict[str, Any] = {
        "code": secrets[1],
        "link_slug": secrets[2],
        "sub_id": secrets[3],
        "landing_page": secrets[4],
        "utm_campaign": secrets[5],
    }
    return click(ago, bob, click_id=secrets[6], **facts), click(ago, None, click_id=secrets[7], code=secrets[8])


@st.composite
def _cases(draw: st.DrawFn) -> tuple[Decision, Names, list[str]]:
    """A decision about Ada and somebody else, with the texts that are not Ada's to know."""
    secrets = draw(_SECRETS)
    bob = secrets[0]
    hours = st.integers(-1, 24 * 100).map(lambda count: timedelta(hours=count))
    of = order(
        affiliate_code=draw(st.sampled_from([None, secrets[9]])),
        coupon=draw(st.sampled_from([None, secrets[10]])),
        click_id=draw(st.sampled_from([None, secrets[6]])),
        customer_id=secrets[11],
        customer_email_hash=draw(st.sampled_from([None, secrets[12]])),
        payment_reference=secrets[13],
        metadata={secrets[14]: secrets[15]},
    )
    of_bob = _clicks_of_bob(bob, secrets, draw(hours))
    rule = Rule(
        percent="10",
        affiliates=draw(st.sampled_from([(), (bob,), (ADA, bob)])),
        when=draw(st.sampled_from([(), (Condition("coupon", "one_of", (secrets[10].lower(), "ada15")),)])),
    )
    state = st.sampled_from([None, "approved", "banned"])
    read = candidates(
        *of_bob,
        click(draw(hours), ADA, click_id="of-ada"),
        terms=terms(rule, Rule(percent="1"), groups=(GroupTerms(secrets[16], window_days=30),)),
        code=draw(st.sampled_from([None, bob])),
        coupon=draw(st.sampled_from([None, bob])),
        named_click=draw(st.sampled_from([None, of_bob[0]])),
        earlier=draw(st.sampled_from([(), (EarlierOrder(secrets[17], (NOON - timedelta(days=1), "api", "o"), "sale", bob, of_bob[0]),)])),
        affiliates={
            ADA: AffiliateStanding(draw(state), secrets[18], email_hash=draw(st.sampled_from([None, secrets[12]]))),
            bob: AffiliateStanding(draw(state), secrets[18], group=secrets[16], email_hash=draw(st.sampled_from([None, secrets[12]]))),
        },
        assigned=draw(st.sampled_from([None, None, Assigned(bob, secrets[19]), Assigned(ADA, secrets[19]), Assigned(None, secrets[19])])),
        same_as=draw(st.sampled_from([None, None, SameAs(secrets[17], "possible"), SameAs(secrets[17], "linked")])),
        rejected=draw(st.sampled_from([None, None, secrets[19]])),
    )
    return decided(of, read), Names(websites={WEBSITE: "Course"}, affiliates={ADA: "Ada", bob: secrets[19]}), secrets


@given(_cases())
def test_nothing_of_others_is_told(case: tuple[Decision, Names, list[str]]) -> None:
    decision, names, secrets = case
    for audience in (ADA, "aff_0000000000000000eve0", ""):
        text = "\n".join(told(decision, names, audience)).lower()
        assert text
        assert [secret for secret in secrets if secret.lower() in text] == []


@given(_cases())
def test_no_amounts_are_told_of_an_order_that_is_anothers(case: tuple[Decision, Names, list[str]]) -> None:
    decision, names, _ = case
    if decision.affiliate_id != ADA:
        assert "USD" not in "\n".join(told(decision, names, ADA))


@given(_cases())
def test_the_owner_is_told_of_everyone_who_was_considered(case: tuple[Decision, Names, list[str]]) -> None:
    decision, names, _ = case
    text = "\n".join(told(decision, names, OWNER))
    for one in decision.considered:
        assert one.affiliate_id is None or names.affiliates[one.affiliate_id] in text
