"""The session's cookie: this host alone, no scripts, no foreign forms, over https alone where the portal is."""

from pathlib import Path

import pytest

from tests.support.forms import form
from tests.support.portal import opened
from tribute.access.caller import Role


@pytest.mark.parametrize(("public_url", "secure"), [("https://portal.test", True), ("http://portal.test", False)])
def test_attributes(tmp_path: Path, public_url: str, secure: bool) -> None:
    with opened(tmp_path, public_url=public_url) as portal:
        client, path = portal.client(), f"/sign-in/{portal.link(Role.AFFILIATE, portal.add_affiliate().id)}"
        cookie = client.post(path, data=form(client, path)).headers["set-cookie"].lower()
    assert cookie.startswith("__host-tribute_session=" if secure else "tribute_session=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "domain" not in cookie
    assert ("secure" in cookie) is secure
