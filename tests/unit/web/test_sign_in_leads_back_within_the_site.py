"""After signing in one arrives where one wanted to go, and never on another site."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.forms import form
from tests.support.portal import Portal
from tribute.access.caller import Role
from tribute.web.security import own_path

PASSWORD = "correct horse battery staple"


def test_a_page_without_a_session_leads_to_sign_in_and_back(portal: Portal) -> None:
    answer = portal.client().get("/?metric=Visitors&window=Last7Days")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2F%3Fmetric%3DVisitors%26window%3DLast7Days")


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/?window=Last7Days", "/?window=Last7Days"),
        ("//evil.test", "/owner"),
        ("/\\evil.test", "/owner"),
        ("https://evil.test", "/owner"),
        ("javascript:alert(1)", "/owner"),
        ("/\t/evil.test", "/owner"),
        ("/x\r\nset-cookie: a=b", "/owner"),
        ("/sign-out", "/owner"),
        ("", "/owner"),
    ],
)
def test_only_our_own_paths_are_followed(portal: Portal, wanted: str, reached: str) -> None:
    portal.access.sign_in_with_link(portal.link(Role.OWNER, portal.add_owner()), PASSWORD)
    client = portal.client()
    fields = form(client, "/sign-in", email="olga@owner.example", password=PASSWORD, next=wanted)
    assert client.post("/sign-in", data=fields).headers["location"] == reached


@given(st.text(alphabet=st.sampled_from("/\\:@.?#%ab\t\r\n \x00"), max_size=12))
def test_an_own_path_has_one_leading_slash_and_nothing_that_browsers_drop(text: str) -> None:
    path = own_path(text)
    if path is not None:
        assert path == text
        assert path.startswith("/")
        assert path[1:2] not in {"/", "\\"}
        assert not any(ord(letter) <= 32 or letter == "\\" for letter in path)
