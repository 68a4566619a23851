"""A program with a sign-up page on a portal, and forms sent to it as a browser does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from tests.support.portal import Client, Portal
from tribute.access.caller import Caller, Role
from tribute.ledger.applications import Application, Applications
from tribute.ledger.models_joining import ApplicationRow
from tribute.ledger.programs import Programs
from tribute.ledger.rules.sign_up import Question
from tribute.ledger.rules.terms import Rule, Terms
from tribute.ledger.rules.terms_checked import checked_terms
from tribute.office.sign_ups import SignUpChange
from tribute.reports.joining import ApplicationSeen

OWNER = Caller(Role.OWNER, "tests")
QUESTIONS = (
    Question("How many people read you?", required=True),
    Question("Anything else?", kind="long"),
    Question("What do you do most?", kind="choice", choices=("Write", "Film")),
    Question("Have you taken the course?", kind="yes_no", required=True),
)


@dataclass
class SignUpPage:
    """The page of `Partners` at /join/partners, by approval unless told otherwise."""

    portal: Portal
    by_approval: bool = True
    questions: Sequence[Question] = QUESTIONS
    program_id: str = field(init=False)

    def __post_init__(self) -> None:
        terms = Terms(currency="USD", rules=(Rule(percent="50"),), by_approval=self.by_approval, text="Be honest.\nNo spam.")
        course = self.portal.add_website("Course", "course.example")
        with self.portal.database.session() as session:
            programs = Programs(session, self.portal.clock)
            self.program_id = programs.add("Partners", checked_terms(terms), by="tests", website_ids=[course.id]).id
        self.set(SignUpChange(is_published=True, welcome="Come in!", questions=self.questions))

    def set(self, wanted: SignUpChange) -> None:
        self.portal.office.sign_ups.change(OWNER, "Partners", wanted)

    def form(self, client: Client, **told: str) -> dict[str, str]:
        """The form as Ada fills it in, unless told otherwise, with what the page hid in it."""
        page = client.get("/join/partners").text
        hidden = {name: _value(page, name) for name in ("_csrf_token", "once")}
        terms = re.search(r'name="terms" value="([^"]+)"', page)
        assert terms is not None
        ada = {
            "name": "Ada Lovelace",
            "email": "ada@lovelace.example",
            "code": "ada",
            "promotes": "My blog",
            "answer-0": "1,000",
            "answer-3": "Yes",
            "terms": terms[1],
        }
        return hidden | ada | told

    def send(self, client: Client, form: dict[str, str], **headers: str) -> httpx.Response:
        return client.post("/join/partners", data=form, headers={"origin": self.portal.public_url} | headers)

    def apply(self, client: Client | None = None, **told: str) -> httpx.Response:
        """Fill the form in and send it."""
        client = client or self.portal.client()
        return self.send(client, self.form(client, **told))

    def waiting(self) -> list[ApplicationSeen]:
        return list(self.portal.ledger.joining.applications(OWNER, "waiting").items)

    def count(self) -> int:
        """Applications of every state."""
        with self.portal.database.reading() as session:
            return session.query(ApplicationRow).count()

    def kept(self, application_id: str) -> Application:
        with self.portal.database.reading() as session:
            found = Applications(session, self.portal.clock).by_id(application_id)
        assert found is not None
        return found


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found is not None, f"the page has no field {name}"
    return found[1]
