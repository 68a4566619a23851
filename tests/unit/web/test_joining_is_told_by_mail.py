"""Where mails are sent: who applies hears of it and of the answer; an account hears that it was named; nothing is queued otherwise."""

from dataclasses import dataclass

import pytest

from tests.support.joining import OWNER, SignUpPage
from tests.support.portal import Portal
from tribute.access.caller import Caller
from tribute.access.post import Post
from tribute.ledger.mails import Mails
from tribute.office.joining import Told
from tribute.office.office import Office
from tribute.office.sign_ups import SignUpChange


class Plain:
    """A seal that keeps nothing secret."""

    def seal(self, text: str, place: str) -> bytes:
        return f"{place} {text}".encode()

    def open(self, sealed: bytes, place: str) -> str:
        return sealed.decode().removeprefix(f"{place} ")


@dataclass
class Mail:
    kind: str
    to: str
    text: str
    html: str


@pytest.fixture
def office(portal: Portal) -> Office:
    """Offices that send mails, in the place of the portal's."""
    post = Post(portal.clock, "https://partners.example", lambda session: Mails(session, portal.clock, Plain()))
    return Office.over(portal.database, portal.clock, portal.desk, post=post)


def sent(portal: Portal) -> list[Mail]:
    with portal.database.session() as session:
        mails = Mails(session, portal.clock, Plain()).take(50)
    letters = [(one, one.letter(Plain())) for one in mails]
    return [Mail(one.kind, one.recipient, letter.text, letter.html) for one, letter in letters]


def apply(portal: Portal, office: Office, **told: str) -> None:
    """As the page does."""
    terms_id = portal.ledger.joining.offer("partners").terms_id
    fields = {"name": "Ada <b>", "email": "ada@x.example", "code": "ada", "once": "1"} | told
    office.joining.apply("partners", Told(promotes="My blog", answers={0: "1", 3: "Yes"}, terms_id=terms_id, **fields))


def test_an_application_and_its_approval(portal: Portal, office: Office) -> None:
    page = SignUpPage(portal)
    apply(portal, office)
    apply(portal, office, code="ada2", once="2")  # repeated: no second mail
    [received] = sent(portal)
    assert (received.kind, received.to) == ("application_received", "ada@x.example")
    assert "Ada" not in received.text + received.html
    [seen] = page.waiting()
    admitted = office.applications.approve(OWNER, seen.record.id)
    [approved] = sent(portal)
    assert approved.kind == "application_approved"
    assert admitted.url is not None
    assert admitted.url.startswith("https://partners.example/sign-in/")
    assert admitted.url in approved.text
    assert "Ada <b>" in approved.text
    assert "Ada &lt;b&gt;" in approved.html


def test_a_rejection_with_its_reason(portal: Portal, office: Office) -> None:
    page = SignUpPage(portal)
    apply(portal, office)
    sent(portal)
    office.applications.reject(OWNER, page.waiting()[0].record.id, "Not a fit.\nSorry.")
    [rejected] = sent(portal)
    assert "Not a fit.\nSorry." in rejected.text


def test_who_asks_through_the_api_hears_that_it_arrived_once(portal: Portal, office: Office) -> None:
    SignUpPage(portal)
    caller = Caller.of_affiliate(portal.add_affiliate("Bob", "bob", "bob@x.example").id)
    for _ in range(2):
        office.enrollments.apply(caller, "Partners")
    [received] = sent(portal)
    assert (received.kind, received.to) == ("application_received", "bob@x.example")


def test_an_open_program_sends_the_way_in(portal: Portal, office: Office) -> None:
    SignUpPage(portal, by_approval=False)
    apply(portal, office)
    [joined] = sent(portal)
    assert joined.kind == "joined"
    assert "https://partners.example/sign-in/" in joined.text
    assert "Ada" not in joined.text + joined.html


def test_an_account_that_was_named_hears_of_it_once(portal: Portal, office: Office) -> None:
    SignUpPage(portal)
    portal.add_affiliate("Bob", "bob", "bob@x.example")
    for number in range(3):
        apply(portal, office, email="BOB@x.example", code=f"other{number}", once=str(number))
    [told] = sent(portal)
    assert (told.kind, told.to) == ("has_account", "bob@x.example")
    assert "/sign-in?next=%2Fjoin%2Fpartners" in told.text


def test_invitations_are_sent(portal: Portal, office: Office) -> None:
    admitted = office.applications.invite(OWNER, "Zoë", "zoe@x.example")
    [invited] = sent(portal)
    assert admitted.url is not None
    assert admitted.url in invited.text


def test_without_a_mail_server_nothing_is_queued(portal: Portal) -> None:
    page = SignUpPage(portal, by_approval=False)
    page.apply()
    page.set(SignUpChange(welcome="Hello"))
    portal.office.applications.invite(OWNER, "Zoë", "zoe@x.example")
    assert sent(portal) == []
