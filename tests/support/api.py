"""The REST API of a portal, asked as an owner or as an affiliate, with a course that sells and a program that pays half."""

from typing import Any

import httpx

from tests.support.portal import Client, Portal

HALF = {"currency": "USD", "rules": [{"percent": "50"}]}


class Api:
    """Two affiliates, `ada` and `bob`, one website, and an owner's token."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.website = portal.add_website("Course", "course.example")
        self.people = {code: portal.add_affiliate(code.title(), code) for code in ("ada", "bob")}
        self._owner = portal.token(None)
        self._tokens = {code: portal.token(person.id) for code, person in self.people.items()}

    def client(self, code: str | None = None) -> Client:
        """A client with an affiliate's token, or the owner's."""
        return self.portal.client(x_api_key=self._owner if code is None else self._tokens[code])

    def ask(self, method: str, path: str, body: Any = None, *, by: str | None = None) -> httpx.Response:
        """One call, by the owner unless told otherwise."""
        return self.client(by).request(method, f"/api/v1{path}", json=body)

    def told(self, method: str, path: str, body: Any = None, *, by: str | None = None) -> Any:
        """What a call that must succeed answers."""
        answer = self.ask(method, path, body, by=by)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def refused(self, status: int, method: str, path: str, body: Any = None, *, by: str | None = None) -> str:
        """What a call that must fail says."""
        answer = self.ask(method, path, body, by=by)
        assert answer.status_code == status, answer.text
        return str(answer.json()["error"]["message"])

    def program(self, **told: Any) -> str:
        """A program's id: half of every sale on the course, unless told otherwise."""
        wanted = {"name": "Partners", "websites": ["course.example"], "terms": HALF} | told
        return str(self.told("POST", "/programs", wanted)["id"])

    def order(self, external_id: str = "order-1", **told: Any) -> Any:
        """An order that Ada's code is on, unless told otherwise."""
        wanted = {
            "website": "course.example",
            "external_id": external_id,
            "amount_minor": 19900,
            "currency": "USD",
            "affiliate_code": "ada",
        }
        return self.told("POST", "/conversions", wanted | told)
