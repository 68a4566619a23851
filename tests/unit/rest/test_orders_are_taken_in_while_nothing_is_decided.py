"""An order that was taken in is answered so, also when it cannot be decided at once: it waits, and the sender need not ask again."""

from typing import NoReturn

import pytest

from tests.support.api import Api
from tribute.kit.errors import UnavailableError


def test_an_order_that_cannot_be_decided_yet_awaits(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    api.program()

    def busy() -> NoReturn:
        raise UnavailableError("The store is being made anew.")

    with monkeypatch.context() as patched:
        patched.setattr(api.portal.desk, "decide_due", busy)
        answer = api.ask("POST", "/conversions", {"website": "course.example", "external_id": "o1", "amount_minor": 100, "currency": "USD"})
    assert (answer.status_code, answer.json()["status"]) == (201, "awaiting_events")

    api.portal.desk.decide_due()
    assert api.told("GET", f"/conversions/{answer.json()['id']}")["status"] == "decided"
