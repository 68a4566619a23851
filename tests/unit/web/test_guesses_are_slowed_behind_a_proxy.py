"""Guesses are slowed for who makes them: behind a trusted proxy the visitor, not the proxy. A stranger's header changes nothing."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from tests.support.forms import form
from tests.support.portal import Client, opened
from tribute.access.throttle import FREE_ATTEMPTS
from tribute.kit.proxies import Networks

ATTACKER, VISITOR = "203.0.113.66", "198.51.100.1"
PROXY: Networks = (ip_network("127.0.0.1"),)


def guess(client: Client, forwarded_for: str) -> int:
    fields = form(client, "/sign-in", email="olga@owner.example", password="not this one")
    return client.post("/sign-in", data=fields, headers={"x-forwarded-for": forwarded_for}).status_code


@pytest.mark.parametrize(("trusted", "status_of_another"), [(PROXY, 401), ((), 429)])
def test_only_a_trusted_proxy_tells_visitors_apart(tmp_path: Path, trusted: Networks, status_of_another: int) -> None:
    with opened(tmp_path, trusted_proxies=trusted) as portal:
        client = portal.client()
        assert [guess(client, ATTACKER) for _ in range(FREE_ATTEMPTS + 1)] == [401] * FREE_ATTEMPTS + [429]
        assert guess(client, VISITOR) == status_of_another
        assert guess(client, f"{VISITOR}, {ATTACKER}") == 429, "what a sender writes before the proxy's word counts for nothing"
