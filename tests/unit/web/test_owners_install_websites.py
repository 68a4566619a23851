"""The console's websites: added, changed, with the tag to copy, and a light that is green once an event came."""

import re

import httpx
import pytest

from tests.support.forms import form
from tests.support.portal import ORIGIN, Client, Portal
from tribute.access.caller import Caller, Role

LIST = "/owner/websites"


@pytest.fixture
def owner(portal: Portal) -> Client:
    return portal.signed_in(Role.OWNER, portal.add_owner())


def send(client: Client, path: str, **told: str) -> httpx.Response:
    return client.post(path, data=form(client, path, **told), headers={"origin": ORIGIN})


def added(owner: Client) -> str:
    """The path of a website that was just added."""
    answer = send(owner, LIST, name="Course", domain="https://www.course.example/")
    assert answer.status_code == 303
    return answer.headers["location"]


def test_a_website_is_added_and_shows_its_tag(portal: Portal, owner: Client) -> None:
    page = owner.get(added(owner)).text
    key = portal.accounts.websites(_team())[0].write_key
    assert f"src=&#34;{ORIGIN}/t.js&#34; data-key=&#34;{key}&#34;" in page or f"data-key=&quot;{key}&quot;" in page
    assert "No event yet" in page
    assert 'data-light="grey"' in page
    refused = send(owner, LIST, name="Course", domain="other.example")
    assert refused.status_code == 422
    assert 'value="other.example"' in refused.text


def test_the_light_turns_green_at_the_first_event(portal: Portal, owner: Client) -> None:
    path = added(owner)
    assert owner.get(f"{path}/light").json()["light"] == "grey"
    [site] = portal.ledger.websites.all(_team())
    portal.events(site, None, {"at": portal.clock.now(), "host": "course.example", "path": "/<b>start"})
    told = owner.get(f"{path}/light").json()
    assert (told["light"], told["told"]) == ("green", "Events come")
    assert told["more"] == "The last one just now: a page view of course.example/<b>start."
    assert "/&lt;b&gt;start" in owner.get(path).text


def test_settings_are_changed_for_what_comes(portal: Portal, owner: Client) -> None:
    path = added(owner)
    told = {"name": "Kurs", "domain": "kurs.example", "parameters": "Partner, via,partner", "window_days": "30", "consent_required": "yes"}
    assert send(owner, path, **told).status_code == 303
    [site] = portal.ledger.websites.all(_team())
    assert (site.name, site.domain, site.link_parameters) == ("Kurs", "kurs.example", ("partner", "via"))
    assert (site.window_days, site.consent_required, site.default_url) == (30, True, None)
    [change] = [one.detail for one in portal.ledger.records.audit(_team()).items if one.action == "website.set"]
    assert change["link_parameters"] == ["partner", "via"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("parameters", ""), ("parameters", "a b&c"), ("parameters", "tid"), ("window_days", "x"), ("domain", "no domain"), ("name", "")],
)
def test_what_is_wrong_is_told_and_kept(owner: Client, field: str, value: str) -> None:
    path = added(owner)
    told = {"name": "Kurs", "domain": "kurs.example", "parameters": "via", "window_days": "30", field: value}
    answer = send(owner, path, **told)
    assert answer.status_code == 422
    assert "Nothing was changed." in answer.text
    assert re.search(r"<h1><bdi>Course</bdi></h1>", answer.text)


def _team() -> Caller:
    return Caller(Role.OWNER, "tests")
