"""Affiliates, their codes, coupons and links, as an owner gives them; links also as an affiliate makes their own.

A code or coupon counts from its registration on: orders and clicks that came before keep what was decided of them. Called by REST, GraphQL,
the pages and the CLI.
"""

from sqlalchemy.orm import Session

from tribute.access.caller import Caller
from tribute.access.people import Kind, Person
from tribute.access.unfinished import end_unfinished
from tribute.kit.clock import Clock
from tribute.ledger.affiliates import AffiliateRecord, Affiliates
from tribute.ledger.audit import Audit
from tribute.ledger.coupons import CouponRecord, Coupons
from tribute.ledger.database import Database
from tribute.ledger.links import LinkRecord, Links
from tribute.office.naming import the_affiliate, the_program, the_website
from tribute.office.permission import require_change, require_link_making


class AffiliateOffice:
    """Threads may share it; each call is one transaction with its note in the audit log. An affiliate is named by code or id."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, caller: Caller, name: str, email: str, code: str) -> AffiliateRecord:
        """Add an affiliate with a first code. Raises NotAllowedError, InvalidInputError, and ConflictError for a taken code or address."""
        require_change(caller)
        with self._database.session() as session:
            made = Affiliates(session, self._clock).add(name, email, code)
            self._note(session, caller, "affiliate.add", made.id, code=made.code)
            return made

    def add_code(self, caller: Caller, affiliate: str, code: str, *, primary: bool = False) -> AffiliateRecord:
        """Give an affiliate a further code, or make one the code that links carry; earlier ones go on working. Idempotent.

        Raises NotAllowedError, NotFoundError, InvalidInputError, and ConflictError when the code is another's.
        """
        require_change(caller)
        with self._database.session() as session:
            who = the_affiliate(session, self._clock, affiliate)
            changed = Affiliates(session, self._clock).add_code(who.id, code, primary=primary)
            self._note(session, caller, "affiliate.code_add", who.id, code=code.strip().lower(), primary=primary)
            return changed

    def set_active(self, caller: Caller, affiliate: str, *, active: bool) -> AffiliateRecord:
        """Let an affiliate sign in and earn, or no longer; what they earned stays. Idempotent."""
        require_change(caller)
        with self._database.session() as session:
            who = the_affiliate(session, self._clock, affiliate)
            affiliates = Affiliates(session, self._clock)
            affiliates.set_active(who.id, active=active)
            if who.active != active:
                self._note(session, caller, "affiliate.activate" if active else "affiliate.deactivate", who.id)
            return affiliates.by_ids([who.id])[who.id]

    def set_email(self, caller: Caller, affiliate: str, email: str) -> AffiliateRecord:
        """Give an affiliate another address, for when they cannot confirm one by mail; links to the old one stop working. Idempotent.

        Raises NotAllowedError, NotFoundError, InvalidInputError, and ConflictError when it is another affiliate's.
        """
        require_change(caller)
        with self._database.session() as session:
            who = the_affiliate(session, self._clock, affiliate)
            affiliates = Affiliates(session, self._clock)
            affiliates.change_email(who.id, email)
            changed = affiliates.by_ids([who.id])[who.id]
            if changed.email != who.email:
                end_unfinished(session, self._clock, Person(Kind.AFFILIATE, who.id))
                self._note(session, caller, "email.change", who.id)
            return changed

    def add_coupon(self, caller: Caller, program: str, code: str, affiliate: str) -> CouponRecord:
        """Give an affiliate a coupon of a program, or let their disabled one work again; it counts for orders received from now on.

        Idempotent. Raises NotAllowedError, NotFoundError, InvalidInputError, and ConflictError when it is another's in the program.
        """
        require_change(caller)
        with self._database.session() as session:
            found = the_program(session, self._clock, program)
            who = the_affiliate(session, self._clock, affiliate, "affiliate")
            made = Coupons(session, self._clock).add(found.id, code, who.id)
            self._note(session, caller, "coupon.add", who.id, program_id=found.id, coupon=made.code)
            return made

    def disable_coupon(self, caller: Caller, program: str, code: str) -> CouponRecord:
        """Let a coupon credit no orders that are placed from now on. Idempotent. Raises NotAllowedError, NotFoundError."""
        require_change(caller)
        with self._database.session() as session:
            found = the_program(session, self._clock, program)
            coupons = Coupons(session, self._clock)
            before = coupons.find(found.id, code)
            disabled = coupons.disable(found.id, code)
            if before != disabled:
                self._note(session, caller, "coupon.disable", disabled.affiliate_id, program_id=found.id, coupon=disabled.code)
            return disabled

    def add_link(
        self,
        caller: Caller,
        website: str,
        *,
        affiliate: str | None = None,
        slug: str | None = None,
        to: str | None = None,
        sub_id: str | None = None,
    ) -> LinkRecord:
        """Add a link to a website (by id, domain or name): an affiliate's own, whoever they name, or for an owner the named affiliate's.

        Raises InvalidInputError, and ConflictError when the affiliate has another link of that slug.
        """
        require_link_making(caller)
        with self._database.session() as session:
            who = the_affiliate(session, self._clock, caller.affiliate_id or affiliate or "", "affiliate")
            site = the_website(session, self._clock, website, "website")
            made = Links(session, self._clock).add(who.id, site.id, slug=slug, to=to, sub_id=sub_id)
            self._note(session, caller, "link.add", who.id, link_id=made.id, slug=made.slug)
            return made

    def _note(self, session: Session, caller: Caller, action: str, affiliate_id: str, **detail: object) -> None:
        Audit(session, self._clock).note(action, "affiliate", affiliate_id, by=caller.person_id, detail=detail)
