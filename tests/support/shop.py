"""A shop on a portal: two affiliates in one program, clicks, and orders told by REST as checkouts tell them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.support.portal import Client, Portal
from tribute.access.caller import Role
from tribute.ledger.affiliates import AffiliateRecord
from tribute.ledger.programs import Programs
from tribute.ledger.rules.terms import Rule, Terms
from tribute.ledger.rules.terms_checked import checked_terms
from tribute.ledger.websites import WebsiteRecord


@dataclass
class Shop:
    """Ada and Bob earn half of every sale of the course, unless told otherwise."""

    portal: Portal
    terms: Terms = field(default_factory=lambda: Terms(currency="USD", rules=(Rule(percent="50"),)))
    course: WebsiteRecord = field(init=False)
    ada: AffiliateRecord = field(init=False)
    bob: AffiliateRecord = field(init=False)
    owner: Client = field(init=False)
    ada_asking: Client = field(init=False)

    def __post_init__(self) -> None:
        portal = self.portal
        self.course = portal.add_website("Course", "course.example")
        self.ada, self.bob = portal.add_affiliate(), portal.add_affiliate("Bob Martin", "bob")
        with portal.database.session() as session:
            Programs(session, portal.clock).add("Partners", checked_terms(self.terms), by="tests", website_ids=[self.course.id])
        self.owner, self.ada_asking = self.asking(None), self.asking(self.ada)

    def asking(self, affiliate: AffiliateRecord | None) -> Client:
        """A client with a token: an affiliate's, or for None an owner's."""
        return self.portal.client(x_api_key=self.portal.token(affiliate.id if affiliate is not None else None))

    def browsing(self, affiliate: AffiliateRecord | None) -> Client:
        """A client with a session, as a browser has it."""
        if affiliate is None:
            return self.portal.signed_in(Role.OWNER, self.portal.add_owner())
        return self.portal.signed_in(Role.AFFILIATE, affiliate.id)

    def click(self, code: str, visitor: str, at: datetime | None = None, **told: Any) -> None:
        """A click of a visitor; three days ago, unless told otherwise."""
        when = at or self.portal.clock.now() - timedelta(days=3)
        fields = {"click_id": f"click-{visitor}-{code}", "is_click": True, "is_landing": True, "path": "/start", "visitor_id": visitor}
        self.portal.events(self.course, code, {"at": when} | fields | told)

    def order(self, external_id: str, amount: int = 19_900, **told: Any) -> dict[str, Any]:
        """An order of the course, told with the owner's token; its document."""
        body = {"website": "course.example", "external_id": external_id, "amount_minor": amount, "currency": "USD"}
        answer = self.owner.post("/api/v1/conversions", json=body | told)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def refund(self, conversion_id: str, amount: int, external_id: str = "refund-1") -> dict[str, Any]:
        """A refund of an order; the order's document after it."""
        body = {"external_id": external_id, "amount_minor": amount, "reason": "Changed their mind"}
        answer = self.owner.post(f"/api/v1/conversions/{conversion_id}/refunds", json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made
