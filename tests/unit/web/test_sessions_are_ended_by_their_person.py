"""The settings' sessions: every browser by name, this one marked; ending one or all others; another's are out of reach."""

import re

from tests.support.forms import form
from tests.support.portal import Portal
from tribute.access.caller import Role
from tribute.ledger.audit import Audit

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
PATH = "/settings/sessions"


def others(page: str) -> list[str]:
    """The ids of the sessions that the page offers to end."""
    return re.findall(rf'action="{PATH}/(ses_[^/]+)/end"', page)


def test_browsers_are_named_and_ended_one_by_one_or_all_at_once(portal: Portal) -> None:
    ada = portal.add_affiliate()
    laptop, phone, third = (portal.signed_in(Role.AFFILIATE, ada.id, user_agent=agent) for agent in (LAPTOP, PHONE, PHONE))
    assert all(one.get("/commissions").status_code == 200 for one in (phone, third))
    page = laptop.get(PATH).text
    assert page.index("Firefox on Windows") < page.index("this browser") < page.index("Safari on iOS")
    first, second = others(page)
    assert laptop.post(f"{PATH}/{first}/end", data=form(laptop, PATH)).headers["location"] == PATH
    assert others(laptop.get(PATH).text) == [second]
    assert laptop.post(f"{PATH}/others/end", data=form(laptop, PATH)).status_code == 303
    assert [one.get("/commissions").status_code for one in (laptop, phone, third)] == [200, 303, 303]
    with portal.database.reading() as session:
        told = [one.action for one in Audit(session, portal.clock).page(subject=("affiliate", ada.id)).items]
    assert {"session.end_others", "session.end"} <= set(told)


def test_another_persons_sessions_are_neither_shown_nor_ended(portal: Portal) -> None:
    ada, bob = portal.add_affiliate(), portal.add_affiliate("Bob", "bob")
    hers, again = (portal.signed_in(Role.AFFILIATE, ada.id) for _ in range(2))
    (session_id,) = others(hers.get(PATH).text)
    his = portal.signed_in(Role.AFFILIATE, bob.id)
    assert session_id not in his.get(PATH).text
    assert his.post(f"{PATH}/{session_id}/end", data=form(his, PATH)).headers["location"] == PATH
    assert again.get("/commissions").status_code == 200


def test_who_signs_in_again_in_the_same_browser_leaves_no_session_behind(portal: Portal) -> None:
    ada = portal.add_affiliate()
    client = portal.signed_in(Role.AFFILIATE, ada.id)
    link = f"/sign-in/{portal.link(Role.AFFILIATE, ada.id)}"
    assert "submit_at_once" in portal.client().get(link).text
    assert "submit_at_once" not in client.get(link).text  # a link to another's account takes nobody's place by itself
    assert client.post(link, data=form(client, link)).status_code == 303
    page = client.get(PATH).text
    assert "this browser" in page
    assert others(page) == []
