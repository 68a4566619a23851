"""What an owner says of an order over REST, and what comes of it: decided at once, booked, noted."""

from typing import Any

import pytest

from tests.support.api import Api


@pytest.fixture
def order(api: Api) -> Any:
    api.program()
    return api.order()


def owed(api: Api, code: str) -> int:
    balances = api.told("GET", f"/balances?affiliate_id={code}")["balances"]
    return sum(one["pending_minor"] + one["approved_minor"] for one in balances)


def test_an_order_changes_hands_with_a_reason(api: Api, order: Any) -> None:
    assert (owed(api, "ada"), owed(api, "bob")) == (9950, 0)
    given = api.told("PUT", f"/conversions/{order['id']}/assignment", {"affiliate": "bob", "reason": "Bob wrote the mail"})
    assert (given["attribution"]["affiliate"], given["attribution"]["decision"]["number"]) == ("bob", 2)
    assert (owed(api, "ada"), owed(api, "bob")) == (0, 9950)
    nobody = api.told("PUT", f"/conversions/{order['id']}/assignment", {"affiliate": None, "reason": "A test order"})
    assert nobody["attribution"]["reason"] == "assigned_to_nobody"
    back = api.told("DELETE", f"/conversions/{order['id']}/assignment")
    assert back["attribution"]["affiliate"] == "ada"
    assert (owed(api, "ada"), owed(api, "bob")) == (9950, 0)


def test_an_order_is_rejected_and_taken_up_again(api: Api, order: Any) -> None:
    rejected = api.told("PUT", f"/conversions/{order['id']}/rejection", {"reason": "stolen card"})
    assert (rejected["attribution"]["reason"], owed(api, "ada")) == ("rejected", 0)
    assert api.told("DELETE", f"/conversions/{order['id']}/rejection")["attribution"]["affiliate"] == "ada"
    assert owed(api, "ada") == 9950


def test_a_commission_is_held_and_released(api: Api, order: Any) -> None:
    held = api.told("POST", f"/conversions/{order['id']}/hold", {"reason": "Looking into it"})
    (commission,) = held["commissions"]
    assert (commission["status"], commission["held_reason"], owed(api, "ada")) == ("held", "Looking into it", 0)
    assert "held already" in api.refused(409, "POST", f"/conversions/{order['id']}/hold", {"reason": "again"})
    assert api.told("POST", f"/conversions/{order['id']}/release")["commissions"][0]["status"] == "pending"
    assert "not held" in api.refused(409, "POST", f"/conversions/{order['id']}/release")
    assert api.told("POST", f"/conversions/{order['id']}/hold", {"reason": "again"})["commissions"][0]["status"] == "held"


def test_a_customers_dispute_goes_on_holding_what_the_owner_releases(api: Api, order: Any) -> None:
    api.told("POST", f"/conversions/{order['id']}/hold", {"reason": "Looking into it"})
    api.told("POST", f"/conversions/{order['id']}/disputes", {"external_id": "dp_1"})
    assert api.told("POST", f"/conversions/{order['id']}/release")["commissions"][0]["status"] == "held"


def test_possible_duplicates_are_linked_or_kept_apart(api: Api, order: Any) -> None:
    same = {"payment_reference": "pi_1"}
    first = api.order("order-2", **same)
    second = api.order("other-2", source="shop", **same)
    assert second["status"] == "held"
    assert api.told("POST", f"/conversions/{second['id']}/keep-apart")["attribution"]["affiliate"] == "ada"
    assert owed(api, "ada") == 3 * 9950
    linked = api.told("POST", f"/conversions/{second['id']}/link", {"to": first["id"]})
    assert (linked["attribution"]["reason"], owed(api, "ada")) == ("linked", 2 * 9950)
    assert api.ask("POST", f"/conversions/{first['id']}/link", {"to": second["id"]}).status_code == 409
    assert api.ask("POST", f"/conversions/{first['id']}/link", {"to": "cnv_nothing"}).json()["error"]["field"] == "to"


def test_deciding_again_without_news_changes_nothing(api: Api, order: Any) -> None:
    again = api.told("POST", f"/conversions/{order['id']}/decide")
    assert (again["attribution"]["decision"]["number"], owed(api, "ada")) == (1, 9950)


def test_an_order_of_a_website_without_a_program_stays_without_one(api: Api) -> None:
    order = api.order()
    api.program()
    assert api.told("POST", f"/conversions/{order['id']}/decide")["attribution"]["reason"] == "no_program"
    assigned = api.refused(409, "PUT", f"/conversions/{order['id']}/assignment", {"affiliate": "ada", "reason": "so"})
    assert "no program" in assigned
    assert api.order("order-2")["attribution"]["affiliate"] == "ada"


def test_every_word_is_noted_with_who_said_it(api: Api, order: Any) -> None:
    api.told("PUT", f"/conversions/{order['id']}/rejection", {"reason": "stolen card"})
    (change,) = api.told("GET", f"/audit?subject_kind=conversion&subject_id={order['id']}")["changes"]
    assert (change["action"], change["detail"], change["by"][:4]) == ("conversion.reject", {"reason": "stolen card"}, "tok_")
    assert [one["action"] for one in api.told("GET", "/audit")["changes"]] == ["conversion.reject", "program.add"]
    assert "subject_kind" in api.refused(400, "GET", "/audit?subject_id=x")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "assignment", {"affiliate": "ada", "reason": "so"}),
        ("PUT", "rejection", {"reason": "so"}),
        ("POST", "hold", {"reason": "so"}),
        ("POST", "release", None),
        ("POST", "keep-apart", None),
        ("POST", "decide", None),
    ],
)
def test_what_is_not_there_is_not_found(api: Api, method: str, path: str, body: Any) -> None:
    assert api.refused(404, method, f"/conversions/cnv_nothing/{path}", body) == "no conversion has that id"


def test_a_word_needs_its_reason(api: Api, order: Any) -> None:
    for method, path, body in (("PUT", "rejection", {}), ("POST", "hold", {}), ("PUT", "assignment", {"affiliate": "ada"})):
        for reason in (" ", "x" * 501, "\x00"):
            answer = api.ask(method, f"/conversions/{order['id']}/{path}", body | {"reason": reason})
            assert (answer.status_code, answer.json()["error"]["field"]) == (400, "reason")
    assert "affiliate" in api.refused(400, "PUT", f"/conversions/{order['id']}/assignment", {"affiliate": "carl", "reason": "so"})
