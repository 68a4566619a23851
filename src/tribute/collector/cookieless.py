"""The cookieless visitor: counted for one day and one website, and never to be found again. Called by the stamper."""

from hashlib import blake2b


def cookieless_id(salt: bytes, domain: str, ip: str, user_agent: str) -> str:
    """A keyed BLAKE2b hash of website, address and browser, as `c_` and 32 hex digits.

    The key is the website's salt of the day. Once that is deleted, nobody can tell which address a hash came from,
    not even by trying them all.
    """
    told = "\x00".join((domain, ip, user_agent)).encode("utf-8", "replace")
    return "c_" + blake2b(told, digest_size=16, key=salt[:64]).hexdigest()
