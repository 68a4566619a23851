"""A shop that tells a served Tribute of its orders by REST, and asks it for what came of them."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.served import Tribute


@dataclass
class Shop:
    """A course with a program that pays half, an affiliate `ada`, and an owner's token."""

    tribute: Tribute
    write_key: str
    owner: str
    ada: str

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """One call of the owner's. Raises httpx.TransportError where nobody answers."""
        return httpx.request(
            method, f"{self.tribute.url}/api/v1{path}", json=body, headers={"x-api-key": self.owner}, trust_env=False, timeout=15
        )

    def told(self, method: str, path: str, body: Any = None) -> Any:
        """What a call that must succeed answers."""
        answer = self.ask(method, path, body)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def order(self, external_id: str, amount: int = 10_000, **told: Any) -> Any:
        """An order, decided unless its events are late."""
        body = {"website": "course.example", "external_id": external_id, "amount_minor": amount, "currency": "USD", **told}
        return self.told("POST", "/conversions", body)

    def track(self, kind: str, **told: Any) -> None:
        """One event of a browser's tracker."""
        answer = httpx.post(f"{self.tribute.url}/v1/{kind}", json=told, auth=(self.write_key, ""), trust_env=False, timeout=60)
        assert answer.status_code == 200, answer.text

    def graphql(self, query: str, token: str, **variables: Any) -> Any:
        """The data that a query gives."""
        body = {"query": query, "variables": variables}
        answer = httpx.post(f"{self.tribute.url}/graphql", json=body, headers={"x-api-key": token}, trust_env=False, timeout=60)
        told = answer.json()
        assert "errors" not in told, told
        return told["data"]


def open_shop(tribute: Tribute, *, hold_days: int = 30) -> Shop:
    """Make everything that a shop needs, by commands; a server may run or not."""
    write_key = tribute.add_website("Course", "course.example")
    ada = tribute.add_affiliate("ada")
    tribute.told(
        *("program", "add", "--name", "Partners", "--website", "course.example"),
        *("--percent", "50", "--currency", "USD", "--hold-days", str(hold_days)),
    )
    return Shop(tribute, write_key, str(tribute.told("token", "add", "--owner")["token"]), ada)
