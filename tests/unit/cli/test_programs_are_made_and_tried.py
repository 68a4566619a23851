"""`tribute program …`, `coupon …`, `adjustment …` and what else says whom a program pays: what they print, and how they refuse."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import Tribute


@pytest.fixture
def shop(tribute: Tribute) -> Tribute:
    tribute.json("website", "add", "--name", "Shop", "--domain", "shop.example")
    tribute.json("website", "add", "--name", "Academy", "--domain", "academy.example")
    tribute.json("affiliate", "add", "--name", "Ada", "--email", "ada@affiliates.example", "--code", "ada")
    return tribute


def add(shop: Tribute, *more: str) -> Any:
    return shop.json("program", "add", "--name", "Partners", "--website", "shop.example", "--percent", "50", "--currency", "USD", *more)


def test_a_program_is_added_and_shown(shop: Tribute) -> None:
    made = add(shop, "--website", "academy")
    assert made["id"].startswith("prg_")
    assert made["websites"] == ["academy.example", "shop.example"]
    assert (made["currency"], made["attribution"], made["window_days"], made["hold_days"]) == ("USD", "last-click", 90, 30)
    assert (made["by_approval"], made["sentences"]) == (False, ["Pays 50 % of every sale."])
    assert shop.json("program", "list") == [made]
    assert shop.json("program", "show", "partners") == made | {"enrollments": []}
    assert "Pays 50 % of every sale." in shop("program", "show", made["id"]).out


def test_every_simple_term_can_be_said(shop: Tribute) -> None:
    options = ("--flat-minor", "5000", "--currency", "eur", "--window-days", "30", "--attribution", "first-click", "--hold-days", "14")
    made = shop.json("program", "add", "--name", "Flat", *options, "--by-approval")
    assert (made["currency"], made["attribution"], made["window_days"], made["hold_days"]) == ("EUR", "first-click", 30, 14)
    assert (made["by_approval"], made["sentences"]) == (True, ["Pays 50.00 EUR for every sale."])


def test_whole_terms_come_from_a_file_that_may_name_codes_and_domains(shop: Tribute, tmp_path: Path) -> None:
    file = tmp_path / "terms.json"
    rules = [{"percent": "20"}, {"percent": "40", "affiliates": ["ada"], "websites": ["shop.example"]}]
    file.write_text(json.dumps({"currency": "USD", "rules": rules}))
    made = shop.json("program", "add", "--name", "Partners", "--website", "shop", "--terms", str(file))
    assert made["sentences"] == ["Pays 20 % of every sale.", "Pays 40 % of every sale on Shop brought by Ada."]
    file.write_text('{"currency": "USD", "rules": [{"percent": 20}]}')
    ran = shop("program", "set-terms", "--program", "Partners", "--terms", str(file))
    assert (ran.code, ran.out) == (1, "")
    assert "$.rules[0].percent" in ran.err


def test_terms_are_tried_without_being_saved(shop: Tribute, tmp_path: Path) -> None:
    file = tmp_path / "terms.json"
    file.write_text('{"currency": "USD", "rules": [{"percent": "12.5"}]}')
    trial = shop.json("program", "try", "--terms", str(file), "--amount-minor", "19999")
    assert (trial["commission_minor"], trial["lines"][0]["exact"]) == (2500, "19999/8")
    assert "199.99 USD × 12.5 % = 24.99875 USD, rounded to 25.00 USD." in trial["why"]
    assert trial["rules"] == ["Pays 12.5 % of every sale."]
    assert shop.json("program", "list") == []
    add(shop)
    sample = tmp_path / "order.json"
    sample.write_text('{"currency": "EUR", "affiliate": "ada"}')
    trial = shop.json("program", "try", "--program", "partners", "--amount-minor", "1000", "--order", str(sample))
    assert (trial["currency"], trial["commission_minor"], trial["why"][0]) == ("EUR", 500, "Credited to Ada.")


def test_terms_change_from_a_time_on(shop: Tribute) -> None:
    made = add(shop)
    change = ("program", "set-terms", "--program", "Partners", "--percent", "40", "--currency", "USD", "--from")
    start = f"{datetime.now(UTC).year + 2}-01-01T00:00:00Z"
    version = shop.json(*change, start, "--note", "New year")
    assert (version["id"], version["effective_from"]) == (made["id"], start)
    shown = shop.json("program", "show", "Partners")
    assert shown["sentences"] == ["Pays 50 % of every sale."]
    assert [one["sentences"] for one in shown["coming"]] == [["Pays 40 % of every sale."]]
    ran = shop(*change, "2001-01-01T00:00:00Z")
    assert (ran.code, "past" in ran.err) == (1, True)
    assert "--from: give a time like" in shop(*change, "soon").err


def test_affiliates_are_enrolled_and_put_out(shop: Tribute) -> None:
    made = add(shop, "--by-approval")
    who = ("--program", "Partners", "--affiliate", "ada")
    invited = shop.json("program", "invite", *who)
    assert (invited["program_id"], invited["affiliate"], invited["state"]) == (made["id"], "ada", "invited")
    shop.json("program", "add-group", "--program", "Partners", "--name", "Gold")
    assert shop.json("program", "approve", *who, "--group", "Gold")["group"] == "Gold"
    assert shop.json("program", "enroll", *who, "--group", "")["state"] == "approved"
    assert shop.json("program", "ban", *who, "--reason", "spam")["reason"] == "spam"
    assert shop.json("program", "show", "Partners")["enrollments"][0]["state"] == "banned"
    ran = shop("program", "reject", *who, "--reason", "no")
    assert (ran.code, "cannot become rejected" in ran.err) == (1, True)


def test_coupons_and_codes_are_given(shop: Tribute) -> None:
    add(shop)
    coupon = shop.json("coupon", "add", "--program", "Partners", "--affiliate", "ada", "--code", "ADA10")
    assert (coupon["code"], coupon["affiliate"], coupon["disabled_at"]) == ("ada10", "ada", None)
    assert shop.json("coupon", "disable", "--program", "Partners", "--code", "Ada10")["disabled_at"] is not None
    assert [one["code"] for one in shop.json("coupon", "list", "--program", "Partners")] == ["ada10"]
    changed = shop.json("affiliate", "add-code", "--affiliate", "ada", "--code", "lovelace", "--primary")
    assert (changed["code"], changed["codes"]) == ("lovelace", ["ada", "lovelace"])


def test_adjustments_are_in_the_balance(shop: Tribute) -> None:
    who = ("--affiliate", "ada", "--currency", "USD", "--reason", "thanks")
    shop.json("adjustment", "add", *who, "--amount-minor", "2500")
    made = shop.json("adjustment", "add", *who, "--amount-minor", "-500", "--kind", "correction")
    assert (made["kind"], made["amount_minor"]) == ("correction", -500)
    (balance,) = shop.json("affiliate", "balance", "--affiliate", "ada")
    assert balance == {"currency": "USD", "pending_minor": 0, "approved_minor": 0, "held_minor": 0, "adjustments_minor": 2000}
    assert "20.00 USD" in shop("affiliate", "balance", "--affiliate", "ada").out


def test_an_adjustment_with_an_id_is_booked_once(shop: Tribute) -> None:
    bonus = ("adjustment", "add", "--affiliate", "ada", "--currency", "USD", "--reason", "thanks", "--external-id", "nov-1")
    assert "is booked (" in shop(*bonus, "--amount-minor", "2500").out
    assert "was booked before, and is not again (" in shop(*bonus, "--amount-minor", "2500").out
    ran = shop(*bonus, "--amount-minor", "2501")
    assert (ran.code, "other content" in ran.err) == (1, True)
    (balance,) = shop.json("affiliate", "balance", "--affiliate", "ada")
    assert balance["adjustments_minor"] == 2500


def test_without_orders_the_next_step_is_named(shop: Tribute) -> None:
    assert "/api/v1/conversions" in shop("conversion", "list").out
    ran = shop("conversion", "show", "nothing")
    assert (ran.code, ran.err) == (1, "tribute: no conversion has that id\n")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--percent", "120", "--currency", "USD"), "percent: 120 % is over 100 %"),
        (("--percent", "50", "--currency", "XXQ"), "currency: 'XXQ' is not a currency"),
        (("--percent", "50", "--currency", "USD", "--website", "else.example"), "websites: no website is called 'else.example'"),
        (("--percent", "50", "--currency", "USD", "--window-days", "-1"), "window_days:"),
    ],
)
def test_a_wrong_program_is_refused_in_one_sentence(shop: Tribute, arguments: tuple[str, ...], reason: str) -> None:
    ran = shop("program", "add", "--name", "Partners", *arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert reason in ran.err
    assert shop.json("program", "list") == []


@pytest.mark.parametrize(
    "arguments", [("--percent", "5"), ("--currency", "USD"), ("--percent", "5", "--flat-minor", "5", "--currency", "USD")]
)
def test_half_said_terms_are_wrong_usage(shop: Tribute, arguments: tuple[str, ...]) -> None:
    assert shop("program", "add", "--name", "Partners", *arguments).code == 2


def test_a_website_is_in_one_program(shop: Tribute) -> None:
    add(shop)
    other = ("program", "add", "--name", "Others", "--website", "shop", "--percent", "5", "--currency", "USD")
    assert "'Partners'" in shop(*other).err
    shop.json("program", "set-websites", "--program", "Partners", "--remove", "shop", "--add", "academy")
    assert shop.json(*other)["websites"] == ["shop.example"]
