"""The team lists applications over GraphQL and answers each once; affiliates neither see nor answer any."""

from tests.support.portal import Portal
from tests.support.shop import Shop
from tribute.ledger.rules.terms import Rule, Terms

LISTED = "query($state: ApplicationState) { applications(state: $state) { applications { id name state affiliate reason } next } }"
APPROVE = "mutation($id: ID!) { approveApplication(id: $id) { state affiliate decidedAt } }"
REJECT = 'mutation($id: ID!) { rejectApplication(id: $id, reason: "Too few readers yet") { state reason } }'


def test_applications_are_listed_and_answered_once_by_the_team(portal: Portal) -> None:
    shop = Shop(portal, Terms(currency="USD", rules=(Rule(percent="50"),), by_approval=True))
    for asking in (shop.ada_asking, shop.asking(shop.bob)):
        assert asking.graphql('mutation { applyToProgram(program: "Partners") { state } }')["data"]["applyToProgram"]["state"] == "Pending"
    told = shop.owner.graphql(LISTED)["data"]["applications"]
    waiting = {one["affiliate"]: one["id"] for one in told["applications"]}
    assert (set(waiting), told["next"]) == ({"ada", "bob"}, None)
    assert shop.ada_asking.graphql(LISTED)["errors"][0]["errorType"] == "Unauthorized"
    assert shop.ada_asking.graphql(APPROVE, id=waiting["ada"])["errors"][0]["errorType"] == "Unauthorized"
    approved = shop.owner.graphql(APPROVE, id=waiting["ada"])["data"]["approveApplication"]
    assert (approved["state"], approved["affiliate"], approved["decidedAt"] is not None) == ("Admitted", "ada", True)
    assert shop.owner.graphql(APPROVE, id=waiting["ada"])["errors"][0]["errorType"] == "ConflictException"
    shop.owner.graphql(REJECT, id=waiting["bob"])
    [rejected] = shop.owner.graphql(LISTED, state="Rejected")["data"]["applications"]["applications"]
    assert rejected["reason"] == "Too few readers yet"
