"""Strict headers on every page, faults included; no inline script or style anywhere."""

import re

import pytest

from tests.support.portal import Client, Portal
from tribute.access.caller import Role


@pytest.fixture
def affiliate(portal: Portal) -> Client:
    return portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)


@pytest.mark.parametrize("path", ["/", "/owner", "/sign-in/wrong", "/nowhere", "/%00", "/sign-in", "/visitor-data"])
def test_headers(affiliate: Client, path: str) -> None:
    headers = affiliate.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_https_is_kept_to_where_the_portal_has_it(portal: Portal) -> None:
    assert "strict-transport-security" not in portal.client().get("/sign-in").headers


def test_pages_have_nothing_inline(portal: Portal, affiliate: Client) -> None:
    owner = portal.signed_in(Role.OWNER, portal.add_owner())
    for page in (affiliate.get("/"), owner.get("/owner"), affiliate.get("/nowhere"), portal.client().get("/sign-in")):
        assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page.text)
        assert not re.search(r'(src|href)="(https?:)?//', page.text)
