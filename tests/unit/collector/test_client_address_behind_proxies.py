"""The visitor's address is the nearest hop that no trusted proxy vouches away; a stranger's word for it counts for nothing."""

from ipaddress import ip_network

import msgspec
import pytest

from tests.support.collector import live_collector, page, raw_request
from tribute.kit.proxies import client_ip, request_scheme

TRUSTED = tuple(map(ip_network, ("10.0.0.0/8", "127.0.0.1", "2001:db8::/32")))


@pytest.mark.parametrize(
    ("peer", "forwarded", "visitor"),
    [
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", [b"198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", [b"1.2.3.4, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", [b"1.2.3.4", b"198.51.100.1", b"10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", [b"10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", [b"198.51.100.1:4711"], "198.51.100.1"),
        ("2001:db8::1", [b"[2001:4860::1]:4711"], "2001:4860::1"),
        ("10.0.0.1", [b"198.51.100.1, unknown, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", [b"\xff"], "10.0.0.1"),
        ("::ffff:10.0.0.1", [b"198.51.100.1"], "198.51.100.1"),
        ("203.0.113.1", [b"198.51.100.1"], "203.0.113.1"),
        ("", [b"198.51.100.1"], "198.51.100.1"),
    ],
)
def test_the_nearest_untrusted_hop_is_the_visitor(peer: str, forwarded: list[bytes], visitor: str) -> None:
    assert client_ip(peer, forwarded, TRUSTED) == visitor


def test_without_trusted_proxies_the_header_is_ignored() -> None:
    assert client_ip("10.0.0.1", [b"198.51.100.1"], ()) == "10.0.0.1"


def test_the_scheme_is_a_trusted_proxys_word() -> None:
    assert request_scheme("10.0.0.1", "http", b"https", TRUSTED) == "https"
    assert request_scheme("203.0.113.1", "http", b"https", TRUSTED) == "http"


@pytest.mark.parametrize("shell", ["asgi", "fast"])
def test_both_shells_ask_the_proxies(shell: str) -> None:
    headers = {"x-forwarded-for": "1.1.1.1, 8.8.8.8", "authorization": "Basic MlJzU2hhcmVkSnNXcml0ZUtleTAwMDAwMDAxOg=="}
    seen: list[str] = []

    def country(ip: str) -> None:
        seen.append(ip)

    with live_collector(shell, trusted_proxies=(ip_network("127.0.0.1"),), country=country) as live:
        assert live.exchange(raw_request("POST", "/v1/page", headers, msgspec.json.encode(page()))).status == 200
    assert seen == ["8.8.8.8"]
