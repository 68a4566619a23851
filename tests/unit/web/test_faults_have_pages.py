"""What goes wrong is told in a page of ours: what happened, what was kept, what to do; never how it broke."""

import pytest

from tests.support.portal import Portal
from tribute.access.caller import Role
from tribute.kit.errors import UnavailableError


def test_an_unknown_page_is_404(portal: Portal) -> None:
    answer = portal.client().get("/nowhere")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_the_console_is_not_for_affiliates(portal: Portal) -> None:
    answer = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id).get("/owner")
    assert answer.status_code == 403
    assert "not yours to see" in answer.text


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (UnavailableError("The store is busy."), 503, "visits go on being counted"),
        (RuntimeError("secret detail"), 500, "The fault is ours"),
    ],
)
def test_a_broken_page_says_what_is_safe(portal: Portal, error: Exception, status: int, told: str) -> None:
    client = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    portal.broken = error
    answer = client.get("/")
    assert answer.status_code == status
    assert told in answer.text
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
