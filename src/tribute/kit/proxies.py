"""Whose address a request came from, when proxies stand in front. Called by the collector's shells and by sign-in; nothing is logged."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Networks = tuple[IPv4Network | IPv6Network, ...]
"""What TRUSTED_PROXIES names."""


def valid_ip(text: str) -> str | None:
    """The address itself when the text is one, with a port or brackets taken off; None otherwise."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _is_trusted(ip: str, trusted: Networks) -> bool:
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in trusted)


def client_ip(peer: str, forwarded: Sequence[bytes], trusted: Networks) -> str:
    """The address nearest to us that no trusted proxy vouches away.

    `peer` is the socket's other end ("" for a Unix socket, which only a proxy on this machine can be), `forwarded` the values of
    `X-Forwarded-For` in the order they came. Read from the right: each trusted hop vouches for the one before it. What lies further left
    is the sender's own word and counts for nothing.
    """
    if not trusted or not forwarded or (peer and not _is_trusted(peer, trusted)):
        return peer
    nearest = peer
    for hop in reversed(b",".join(forwarded).decode("latin-1").split(",")):
        address = valid_ip(hop)
        if address is None:
            break
        nearest = address
        if not _is_trusted(address, trusted):
            break
    return nearest


def request_scheme(peer: str, scheme: str, forwarded_proto: bytes, trusted: Networks) -> str:
    """`https` when a trusted proxy says that it took the request so; the connection's own scheme otherwise."""
    if forwarded_proto and trusted and (not peer or _is_trusted(peer, trusted)):
        return "https" if forwarded_proto.strip().lower() == b"https" else "http"
    return scheme


def network_of(client: str) -> str:
    """The address, as whoever counts requests should count it: of IPv6 the /64, because who has one address has as many as they like."""
    try:
        address = ip_address(client)
    except ValueError:
        return client[:64]
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)
