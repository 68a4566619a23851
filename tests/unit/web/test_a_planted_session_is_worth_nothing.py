"""Session fixation: a secret that was in the browser before somebody signed in, or gained rights, never becomes theirs."""

from tests.support.forms import form
from tests.support.portal import Portal
from tribute.access.caller import Role
from tribute.web.security import SESSION_COOKIE

PASSWORD = "correct horse battery staple"


def test_signing_in_gives_a_new_secret_whatever_the_browser_had(portal: Portal) -> None:
    ada = portal.add_affiliate()
    mallory = portal.session(Role.AFFILIATE, portal.add_affiliate("Mallory", "mallory").id)
    portal.access.sign_in_with_link(portal.link(Role.AFFILIATE, ada.id), PASSWORD)
    for planted in ("made-up-by-somebody-else", mallory):
        victim = portal.client()
        victim.cookies.set(SESSION_COOKIE, planted, domain="portal.test")
        page = "/sign-in" if planted != mallory else "/"
        told = form(victim, page, email=ada.email, password=PASSWORD)
        assert victim.post("/sign-in", data=told).status_code == 303
        assert victim.cookies[SESSION_COOKIE] != planted
        caller = portal.access.caller_for_session(victim.cookies[SESSION_COOKIE])
        assert caller is not None
        assert caller.affiliate_id == ada.id
        behind = portal.access.caller_for_session(planted)
        assert behind is None or behind.affiliate_id != ada.id


def test_a_secret_from_before_a_view_or_from_within_it_has_no_rights_after_it(portal: Portal) -> None:
    ada = portal.add_affiliate()
    client = portal.signed_in(Role.OWNER, portal.add_owner())
    before = client.cookies[SESSION_COOKIE]
    client.post(f"/owner/affiliates/{ada.id}/view", data=form(client, "/owner/team"))
    within = client.cookies[SESSION_COOKIE]
    client.post("/view/end", data=form(client, "/"))
    after = client.cookies[SESSION_COOKIE]
    assert len({before, within, after}) == 3
    assert portal.access.caller_for_session(before) is None
    assert portal.access.caller_for_session(within) is None
    assert client.get("/owner/team").status_code == 200
