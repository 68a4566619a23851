"""What each reason of a decision means, in a sentence for whoever may read it. Pure; `telling` and the documents speak with these words."""

from tribute.ledger.rules.decisions import Reason

EXPLAINED: dict[Reason, str] = {
    "no_program": "The website had no program with terms at the time of the order.",
    "no_candidate": "The order names no affiliate, its visitor had no click, and nobody was credited for its customer before.",
    "expired": "The click came before the window.",
    "after_order": "The click came after the order.",
    "unknown_code": "Nobody has the code that the order or the click carried.",
    "unknown_click": "The order names a click that is not known.",
    "other_website": "The click was on a website that is not in the program.",
    "not_enrolled": "The affiliate was not enrolled in the program at the time of the order.",
    "deactivated": "The affiliate's account was deactivated at the time of the order.",
    "self_referral": "The affiliate is the customer, by their e-mail address; nobody earns on their own orders.",
    "possible_duplicate": "The order may be one that another source told of already, so it is held until the owner says.",
    "linked": "The order is the same as another one, which earns in its place.",
    "rejected": "The owner rejected the order.",
    "assigned_to_nobody": "The owner decided that the order is nobody's.",
    "no_rule": "No commission rule of the program is for this.",
    "no_rule_in_currency": "No rule is in the order's currency: flat amounts, tiers, caps and amounts in conditions are in the program's.",
    "product_excluded": "The program pays nothing for this product.",
    "duration_over": "The rule pays for a customer's first sale or first months only, and these are over.",
    "cap_reached": "The rule pays up to a cap, which is reached.",
    "conditions_not_met": "The order does not meet the conditions of the rules that are for this.",
    "nothing_commissionable": "There is no amount to take a commission of: nothing is left without tax and shipping.",
    "rounded_to_nothing": "The commission is less than half of the currency's smallest unit, so it rounds to nothing.",
}

SAME_FOR_ALL: frozenset[Reason] = frozenset(
    {"no_program", "no_candidate", "possible_duplicate", "linked", "rejected", "assigned_to_nobody"},
)
"""Reasons that tell of the order alone; of the others an affiliate may know only those that are about themselves."""
