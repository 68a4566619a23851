"""The ways in as a browser takes them: links by mail, the second step, a passkey, the first owner; and what does not lead in."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from tests.support.authenticator import Authenticator
from tests.support.forms import form
from tests.support.portal import Client, Portal, opened
from tribute.access.caller import Role
from tribute.access.links import LinkPurpose, SignInLinks
from tribute.access.passkeys import user_handle
from tribute.access.people import Kind, Person
from tribute.ledger.mails import Mails
from tribute.web.security import SESSION_COOKIE

PASSWORD = "correct horse battery staple"
ELSEWHERE = ["https://evil.test", "//evil.test", "/\\evil.test", "/sign-out", "javascript:alert(1)"]


@pytest.fixture
def named(tmp_path: Path) -> Iterator[Portal]:
    """A portal at an address with a name, over https, where browsers have passkeys."""
    with opened(tmp_path, public_url="https://tribute.example") as portal:
        yield portal


def mailed(portal: Portal) -> list[str]:
    """The addresses in the mails that wait."""
    portal.doors.mailed.settled()
    with portal.database.session() as session:
        texts = [mail.letter(portal.seal).text for mail in Mails(session, portal.clock).take(50)]
    return [found[0] for text in texts if (found := re.search(r"/sign-in/\S+", text))]


def app_on(portal: Portal, person_id: str, role: Role = Role.AFFILIATE) -> tuple[pyotp.TOTP, list[str]]:
    """Turn an authenticator app on, five minutes ago."""
    cookie = portal.session(role, person_id)
    app = pyotp.TOTP(portal.doors.own.begin_app(cookie).secret)
    codes = list(portal.doors.own.confirm_app(cookie, app.at(portal.clock.now())))
    portal.clock.at += timedelta(minutes=5)
    return app, codes


def begun(portal: Portal, person_id: str, way_back: str = "") -> Client:
    """A browser that used a link and is to show a code."""
    client, path = portal.client(), f"/sign-in/{portal.link(Role.AFFILIATE, person_id)}"
    step = client.post(path, data=form(client, path, next=way_back))
    assert (step.status_code, step.headers["location"].partition("?")[0]) == (303, "/sign-in/second")
    return client


def test_a_mailed_link_waits_for_a_button_and_leads_back(portal: Portal) -> None:
    portal.add_affiliate()
    client = portal.client()
    asked = client.post("/sign-in", data=form(client, "/sign-in", email="ada@affiliates.example", how="link", next="/links?x=1"))
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in/sent")
    [path] = mailed(portal)
    scanner, ada = portal.client(), portal.client()
    for _ in range(3):
        page = scanner.get(path)
        assert page.status_code == 200
        assert "submit_at_once" not in page.text
    fields = form(ada, path)
    fields["next"] = re.search(r'name="next" value="([^"]*)"', ada.get(path).text)[1]  # type: ignore[index]
    assert ada.post(path.partition("?")[0], data=fields).headers["location"] == "/links?x=1"
    assert ada.get(path).status_code == 404


def test_nobody_learns_who_has_an_account(portal: Portal) -> None:
    portal.access.sign_in_with_link(portal.link(Role.OWNER, portal.add_owner()), PASSWORD)
    portal.add_affiliate()
    for path, fields in (("/sign-in", {"how": "link"}), ("/sign-in", {"password": "a wrong password"}), ("/forgot", {})):
        answers = []
        for email in ("olga@owner.example", "ada@affiliates.example", "nobody@nowhere.example", "not an address"):
            client = portal.client()
            answer = client.post(path, data=form(client, path, email=email, **fields))
            kept = {name: value for name, value in answer.headers.items() if name not in {"set-cookie", "content-length", "date"}}
            text = re.sub(r'name="_csrf_token" value="[^"]*"', "", answer.text).replace(email, "")
            answers.append((answer.status_code, kept, text))
        assert all(answer == answers[0] for answer in answers)


def test_without_a_mail_server_links_are_not_offered(tmp_path: Path) -> None:
    with opened(tmp_path, mails=False) as portal:
        client = portal.client()
        page = client.get("/sign-in").text
        assert "Mail me" not in page
        assert "the link that they were sent" in page
        assert "tribute owner sign-in-url" in client.get("/forgot").text
        refused = client.post("/sign-in", data=form(client, "/sign-in", email="a@b.example", how="link"))
        assert refused.status_code == 401


def test_a_code_finishes_what_a_link_began(portal: Portal) -> None:
    ada = portal.add_affiliate()
    app, codes = app_on(portal, ada.id)
    client = begun(portal, ada.id, "/links")
    assert client.get("/").status_code == 303
    wrong = client.post("/sign-in/second", data=form(client, "/sign-in/second", code="000000"))
    assert wrong.status_code == 401
    assert 'role="alert"' in wrong.text
    assert SESSION_COOKIE not in client.cookies
    fields = form(client, "/sign-in/second?next=/links", code=app.at(portal.clock.now()), next="/links")
    assert client.post("/sign-in/second", data=fields).headers["location"] == "/links"
    assert client.get("/").status_code == 200
    other = begun(portal, ada.id)
    assert other.post("/sign-in/second", data=form(other, "/sign-in/second", code=codes[0])).headers["location"] == "/"


def test_a_step_of_another_browser_is_not_taken_over(portal: Portal) -> None:
    ada = portal.add_affiliate()
    app, _ = app_on(portal, ada.id)
    begun(portal, ada.id)
    stranger = portal.client()
    assert stranger.get("/sign-in/second").headers["location"] == "/sign-in"
    fields = form(stranger, "/sign-in", code=app.at(portal.clock.now()))
    assert stranger.post("/sign-in/second", data=fields).status_code == 401


def test_a_session_that_was_planted_is_ended_and_not_used(portal: Portal) -> None:
    ada, eve = portal.add_affiliate(), portal.add_affiliate("Eve", "eve")
    planted = portal.session(Role.AFFILIATE, eve.id)
    for cookie in (planted, "made-up"):
        victim = portal.client()
        victim.cookies.set(SESSION_COOKIE, cookie, domain="portal.test")
        path = f"/sign-in/{portal.link(Role.AFFILIATE, ada.id)}"
        victim.post(path, data=form(victim, path))
        assert victim.cookies.get(SESSION_COOKIE, domain="portal.test") != cookie
        assert "Ada Lovelace" in victim.get("/").text
        assert portal.access.caller_for_session(cookie) is None


def test_no_way_in_leads_elsewhere(portal: Portal) -> None:
    ada, bob = portal.add_affiliate(), portal.add_affiliate("Bob", "bob")
    _, codes = app_on(portal, bob.id)
    for wanted, code in zip(ELSEWHERE, codes, strict=False):
        client, path = portal.client(), f"/sign-in/{portal.link(Role.AFFILIATE, ada.id)}"
        assert client.post(path, data=form(client, path, next=wanted)).headers["location"] == "/"
        second = begun(portal, bob.id, wanted)
        assert second.post("/sign-in/second", data=form(second, "/sign-in/second", code=code, next=wanted)).headers["location"] == "/"


FORMS = [
    "/sign-in",
    "/forgot",
    "/sign-in/second",
    "/sign-in/passkey",
    "/sign-in/passkey/options",
    "/settings/security/password",
    "/settings/security/authenticator",
    "/settings/security/authenticator/remove",
    "/settings/security/recovery-codes",
    "/settings/security/passkeys",
    "/settings/security/passkeys/options",
    "/settings/security/passkeys/psk_1/remove",
]


def test_every_form_needs_its_token_and_our_origin(portal: Portal) -> None:
    client = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    fields = form(client, "/settings/security", email="a@b.example", password="x")
    for path in FORMS:
        assert client.post(path, data={}).status_code == 403
        assert client.post(path, data=fields, headers={"origin": "https://evil.test"}).status_code == 403


def test_passwords_sprayed_over_many_people_are_slowed(portal: Portal) -> None:
    client = portal.client()
    fields = form(client, "/sign-in")
    statuses = [
        client.post("/sign-in", data=fields | {"email": f"person{number}@x.example", "password": "Summer2026!"}).status_code
        for number in range(22)
    ]
    assert statuses[:20] == [401] * 20
    assert statuses[-1] == 429


def test_a_passkey_signs_in_over_https(named: Portal) -> None:
    ada = named.add_affiliate()
    person = Person(Kind.AFFILIATE, ada.id)
    cookie = named.session(Role.AFFILIATE, ada.id)
    key = Authenticator("https://tribute.example", "tribute.example", user=user_handle(person))
    named.doors.own.add_passkey(cookie, key.make(named.doors.own.begin_passkey(cookie)), "phone")
    client = named.client()
    fields = form(client, "/sign-in")
    options = client.post("/sign-in/passkey/options", data=fields)
    answer = key.use(json.loads(options.text))
    arrived = client.post("/sign-in/passkey", data=fields | {"credential": answer, "next": "/links"})
    assert arrived.headers["location"] == "/links"
    assert "__Host-tribute_session" in client.cookies
    replayed = client.post("/sign-in/passkey", data=form(client, "/links") | {"credential": answer})
    assert replayed.status_code == 401


def test_a_home_without_an_owner_is_begun_by_its_link(portal: Portal) -> None:
    client, path = portal.client(), f"/sign-in/first/{portal.doors.first_owner.new_link()}"
    wrong = client.post(path, data=form(client, path, name="Olga", email="olga@owner.example", password="short"))
    assert wrong.status_code == 422
    assert 'value="olga@owner.example"' in wrong.text
    arrived = client.post(path, data=form(client, path, name="Olga", email="olga@owner.example", password=PASSWORD))
    assert arrived.headers["location"] == "/owner"
    assert client.get(path).status_code == 404


def test_an_invitation_of_the_team_sets_a_password_and_an_affiliates_does_not(portal: Portal) -> None:
    owner, ada = portal.add_owner(), portal.add_affiliate()
    for person, wants in ((Person(Kind.TEAM, owner), True), (Person(Kind.AFFILIATE, ada.id), False)):
        with portal.database.session() as session:
            token = SignInLinks(session, portal.clock).create(person, LinkPurpose.INVITATION)
        page = portal.client().get(f"/sign-in/{token}").text
        assert ("new-password" in page) is wants
        assert "submit_at_once" not in page
