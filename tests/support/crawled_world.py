"""A world to crawl: two affiliates with orders, links, coupons, tokens and widgets, one of them unmistakable; a team of every role.

Nothing of Zebedee Quackenbush may be on a page, in a file or in an answer of Ada's: everything of his has `quackenbush` in it, or an id
that `others_words` tells.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import pyotp

from tests.support.crawler import Crawl
from tests.support.forms import form
from tests.support.images import PNG
from tests.support.portal import SECRET, Client, Portal
from tests.support.shop import Shop
from tribute.access.caller import Caller, Role, TokenScope
from tribute.access.links import LinkPurpose, SignInLinks
from tribute.access.passkey_ceremonies import NewPasskey
from tribute.access.passkeys import Passkeys
from tribute.access.people import Kind, Owners, Person
from tribute.access.sessions import Sessions
from tribute.access.tokens import Tokens
from tribute.ledger.affiliates import AffiliateRecord
from tribute.ledger.enrollments import Enrollments
from tribute.ledger.mails import Mails
from tribute.ledger.programs import Programs
from tribute.ledger.rules.sign_up import Question
from tribute.ledger.rules.terms import Rule, Terms
from tribute.ledger.rules.unsubscribing import PATH as STOP_PATH
from tribute.ledger.rules.unsubscribing import Unsubscribing
from tribute.office.own import CONFIRM_PATH
from tribute.office.sign_ups import SignUpChange
from tribute.web.security import SESSION_COOKIE

TEAM: Final = {Role.OWNER: "olga@owner.example", Role.MANAGER: "mara@owner.example", Role.VIEWER: "vito@owner.example"}
_APPLICANTS: Final = ("cleo", "dora")
_PENDING: Final = ("abel", "abram")
"""Affiliates who wait to be let into the program; first in the list of affiliates."""
PASSWORD: Final = "correct horse battery staple"


@dataclass
class CrawledWorld:
    """A shop with Ada, Bob and Zebedee, whose sign-up page somebody has applied on."""

    portal: Portal
    shop: Shop = field(init=False)
    zebedee: AffiliateRecord = field(init=False)
    team: dict[Role, str] = field(init=False)
    others_words: list[str] = field(init=False)
    """What is Zebedee's alone, in small letters."""

    def __post_init__(self) -> None:
        portal = self.portal
        self.shop = Shop(portal, Terms(currency="USD", rules=(Rule(percent="50"),), by_approval=True, text="Be honest."))
        self._bob = Person(Kind.AFFILIATE, self.shop.bob.id)
        self.zebedee = portal.add_affiliate("Zebedee Quackenbush", "quackenbush", "z@quackenbush.example")
        with portal.database.session() as session:
            self.team = {role: Owners(session, portal.clock).add(email, role, role.value).id for role, email in TEAM.items()}
        self.boss = Caller(Role.OWNER, self.team[Role.OWNER])
        for affiliate in (self.shop.ada, self.zebedee):
            portal.office.enrollments.change(self.boss, "Partners", affiliate.code, "approved")
        for name in _PENDING:
            self._let_wait(portal.add_affiliate(name.title(), name).id)
        self._sell()
        for affiliate, word in ((self.shop.ada, "ada"), (self.zebedee, "quackenbush")):
            self._equip(affiliate, word)
        self.others_words = self._others_words()
        self._guard_bob()
        self._open_sign_up()

    def _let_wait(self, affiliate_id: str) -> None:
        """Somebody asked to be in the program before such applications were kept: they are answered on their own page."""
        with self.portal.database.session() as session:
            program = Programs(session, self.portal.clock).by_name("Partners")
            assert program is not None
            Enrollments(session, self.portal.clock).change(program.id, affiliate_id, "pending", by=affiliate_id)

    def crawl(self, role: Role, *starts: str) -> Crawl:
        """The way of one of the team, from their first page on."""
        return Crawl(role.value, lambda: self.entered(role, self.team[role]), self.portal.public_url, starts or ("/owner",))

    def affiliates_crawl(self, affiliate: AffiliateRecord | None = None) -> Crawl:
        """An affiliate's way: Ada's, unless told otherwise, who must see nothing of Zebedee's."""
        whose = affiliate or self.shop.ada
        unseen = self.others_words if whose is self.shop.ada else ()
        return Crawl(whose.code, lambda: self.entered(Role.AFFILIATE, whose.id), self.portal.public_url, unseen=unseen)

    def looking_on(self) -> Crawl:
        """The way of a team member who looks at Ada's portal as she does."""

        def enter() -> Client:
            client = self.entered(Role.OWNER, self.team[Role.OWNER])
            answer = client.post(f"/owner/affiliates/{self.shop.ada.id}/view", data=form(client, "/owner"))
            assert answer.headers["location"] == "/", answer.text
            return client

        return Crawl("who looks on", enter, self.portal.public_url, unseen=self.others_words)

    def strangers_crawl(self) -> Crawl:
        """The way of somebody without a session: from the sign-in page, and from every address that mails and websites hand out."""
        return Crawl("a stranger", self.portal.client, self.portal.public_url, self._handed_out(), self.others_words)

    def entered(self, role: Role, person_id: str) -> Client:
        """A browser with a session, which the portal's APIs take for its own."""
        client = self.portal.client(sec_fetch_site="same-origin")
        person = Person(Kind.AFFILIATE if role is Role.AFFILIATE else Kind.TEAM, person_id)
        host = urlsplit(self.portal.public_url).hostname or ""  # where the portal sets it anew, it takes the place of this one
        client.cookies.set(SESSION_COOKIE, self._session(person), domain=host)
        return client

    def guarded_crawl(self) -> Crawl:
        """Bob's way, who guards his sign-in with all that there is, and is signed in elsewhere."""
        for _ in range(2):
            self._session(self._bob)
        starts = ["/settings/sessions", "/settings/security"]
        return Crawl("bob", lambda: self.entered(Role.AFFILIATE, self._bob.id), self.portal.public_url, starts, self.others_words)

    def second_step_crawl(self) -> Crawl:
        """The way of somebody who knows Bob's password, and is asked for the second step."""

        def enter() -> Client:
            client = self.portal.client(origin=self.portal.public_url)
            told = form(client, "/sign-in", email=self.shop.bob.email, password=PASSWORD)
            assert client.post("/sign-in", data=told).headers["location"] == "/sign-in/second"
            return client

        return Crawl("who knows a password", enter, self.portal.public_url, ["/sign-in/second"], self.others_words)

    def _others_words(self) -> list[str]:
        """What is Zebedee's alone, in small letters."""
        with self.portal.database.reading() as session:
            tokens = [token.id for token in Tokens(session, self.portal.clock).of(Person(Kind.AFFILIATE, self.zebedee.id))]
        told = self.shop.asking(self.zebedee).graphql("{ commissions { commissions { id } } links { id } }")["data"]
        mine = [one["id"] for one in (*told["commissions"]["commissions"], *told["links"])]
        return ["quackenbush", *(one.lower() for one in (self.zebedee.id, *mine, *tokens))]

    def _session(self, person: Person) -> str:
        with self.portal.database.session() as session:
            return Sessions(session, self.portal.clock).open(person)

    def _sell(self) -> None:
        """Sales of everybody's: one of each that the other had a part in, one taken back in part, one two that may be told twice."""
        shop = self.shop
        for number in range(3):
            shop.click("ada", f"a{number}", sub_id="mail")
            made = shop.order(f"order-a{number}", anonymous_id=f"a{number}", payment_reference=f"pi_{number}")
        shop.refund(made["id"], 5_000)
        for number in range(2):
            shop.order(f"ch_{number}", source="checkout", anonymous_id=f"a{number}", payment_reference=f"pi_{number}")
        for visitor, codes in (("z0", ("quackenbush",)), ("s1", ("quackenbush", "ada")), ("s2", ("ada", "quackenbush"))):
            for code in codes:
                told: dict[str, Any] = {"path": "/quackenbush", "sub_id": "quackenbush"} if code == "quackenbush" else {}
                days = 2 - codes.index(code)
                shop.click(code, visitor, self.portal.clock.now() - timedelta(days=days), **told)
            shop.order(f"order-{visitor}", anonymous_id=visitor)
        shop.click("nobodys", "n0")

    def _equip(self, affiliate: AffiliateRecord, word: str) -> None:
        portal, own, caller = self.portal, self.portal.own_office, Caller.of_affiliate(affiliate.id)
        for change in (
            f'addCoupon(program: "Partners", code: "{word}10", affiliate: "{word}") {{ code }}',
            f'createLink(website: "course.example", affiliate: "{word}", slug: "{word}-spring") {{ id }}',
        ):
            assert "errors" not in self.shop.owner.graphql(f"mutation {{ {change} }}")
        with portal.database.session() as session:
            Tokens(session, portal.clock).add(affiliate.id, name=f"{word}'s program", scopes=[TokenScope.READ])
        own.embeds.add(caller, name=f"{word}'s site", metrics=["PageViews", "Commissions"], window="Last7Days", theme="auto", sites="")
        own.set_profile(caller, name=affiliate.name, company=f"{word} Ltd", websites=f"{word}.example")
        own.set_payout(caller, {"method": "other", "other": f"{word}'s account", "legal_name": affiliate.name})

    def _guard_bob(self) -> None:
        own, clock = self.portal.doors.own, self.portal.clock
        cookie = own.change_password(self._session(self._bob), "", PASSWORD)
        own.confirm_app(cookie, pyotp.TOTP(own.begin_app(cookie).secret).at(clock.now()))
        with self.portal.database.session() as session:
            Passkeys(session, clock).add(self._bob, "Bob's phone", NewPasskey(b"bobs-phone", b"a public key", 0, is_synced=True))

    def _open_sign_up(self) -> None:
        office = self.portal.office
        questions = (Question("How many read you?"), Question("What do you do?", kind="choice", choices=("Write", "Film")))
        office.sign_ups.change(self.boss, "Partners", SignUpChange(is_published=True, questions=questions))
        office.creatives.add(self.boss, "Partners", "The course, in one sentence.")
        office.creatives.add(self.boss, "Partners", "The course's cover", PNG)
        for name in _APPLICANTS:
            self._apply(name)

    def _apply(self, name: str) -> None:
        client = self.portal.client()
        page = client.get("/join/partners").text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        told = {"name": name.title(), "email": f"{name}@strangers.example", "code": name, "promotes": "A blog", "answer-1": "Film"}
        answer = client.post("/join/partners", data=hidden | told | {"terms": re.findall(r'name="terms" value="([^"]*)"', page)[0]})
        assert answer.status_code == 303, answer.text

    def _handed_out(self) -> list[str]:
        ada = Person(Kind.AFFILIATE, self.shop.ada.id)
        with self.portal.database.session() as session:
            links = SignInLinks(session, self.portal.clock)
            made = [links.create(ada, purpose) for purpose in (LinkPurpose.RESET, LinkPurpose.MAILED_SIGN_IN)]
        stop = Unsubscribing(SECRET.encode()).token(ada.id, "w")
        embeds = [f"/embed/{one.token_id}" for one in self.portal.own.embeds.of(Caller.of_affiliate(ada.id))]
        entrances = ["/", "/sign-in", "/join/partners", "/visitor-data", STOP_PATH + stop, self._confirming(), *embeds]
        return entrances + [f"/sign-in/{token}" for token in made]

    def _confirming(self) -> str:
        """The address in the mail that confirms a new e-mail address of Ada's."""
        portal = self.portal
        portal.own_office.ask_for_email(Caller.of_affiliate(self.shop.ada.id), "ada@new.example")
        with portal.database.session() as session:
            letters = [mail.letter(portal.seal) for mail in Mails(session, portal.clock).take(100)]
        found = [re.search(rf"{CONFIRM_PATH}[\w.-]+", letter.text) for letter in letters]
        return next(one[0] for one in reversed(found) if one is not None)
