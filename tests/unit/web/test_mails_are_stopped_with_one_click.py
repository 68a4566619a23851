"""Which mails an affiliate gets: chosen in the settings, and ended by the link in each without a sign-in. Nobody can make such a link."""

import pytest

from tests.support.forms import form
from tests.support.portal import SECRET, Portal
from tribute.access.caller import Role
from tribute.ledger.preferences import PreferenceBook, Preferences
from tribute.ledger.rules.unsubscribing import PATH, Unsubscribing


def wanted(portal: Portal, affiliate_id: str) -> Preferences:
    with portal.database.reading() as session:
        return PreferenceBook(session, portal.clock).of("affiliate", affiliate_id)


def test_mails_are_chosen_in_the_settings(portal: Portal) -> None:
    affiliate = portal.add_affiliate()
    ada = portal.signed_in(Role.AFFILIATE, affiliate.id)
    page = "/settings/notifications"
    assert ada.post(page, data=form(ada, page, mails_weekly="yes")).status_code == 303
    chosen = wanted(portal, affiliate.id)
    assert (chosen.mails_conversions, chosen.mails_approvals, chosen.mails_weekly) == (False, False, True)


def test_a_mail_program_ends_them_without_cookies(portal: Portal) -> None:
    affiliate, other = portal.add_affiliate(), portal.add_affiliate("Bob", "bob")
    link = PATH + Unsubscribing(SECRET.encode()).token(affiliate.id, "c")
    stranger = portal.client()
    assert "Stop them" in stranger.get(link).text
    assert wanted(portal, affiliate.id).mails_conversions
    assert stranger.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert stranger.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    chosen = wanted(portal, affiliate.id)
    assert (chosen.mails_conversions, chosen.mails_approvals) == (False, True)
    assert wanted(portal, other.id).mails_conversions
    stranger.post(link, data={"again": "yes"})
    assert wanted(portal, affiliate.id).mails_conversions


def test_a_mail_program_may_send_the_form_in_parts(portal: Portal) -> None:
    """RFC 8058, section 3.2: `multipart/form-data` is the form that they should use."""
    affiliate = portal.add_affiliate()
    link = PATH + Unsubscribing(SECRET.encode()).token(affiliate.id, "w")
    assert portal.client().post(link, files={"List-Unsubscribe": (None, "One-Click")}).status_code == 200
    assert not wanted(portal, affiliate.id).mails_weekly


@pytest.mark.parametrize("change", ["kind", "person", "mac", "secret", "nothing"])
def test_a_made_up_link_ends_nothing(portal: Portal, change: str) -> None:
    affiliate, other = portal.add_affiliate(), portal.add_affiliate("Bob", "bob")
    made = Unsubscribing(SECRET.encode()).token(affiliate.id, "c")
    forged = {
        "kind": "w" + made[1:],
        "person": made.replace(affiliate.id, other.id),
        "mac": made[:-1] + ("A" if made[-1] != "A" else "B"),
        "secret": Unsubscribing(b"another").token(affiliate.id, "c"),
        "nothing": "%00%ff",
    }[change]
    assert portal.client().post(PATH + forged, data={}).status_code == 404
    assert wanted(portal, affiliate.id).mails_conversions
