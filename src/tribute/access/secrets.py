"""How secrets that we hand out are kept: as SHA-256 of 256 random bits.

Nobody can guess such a secret, so a slow hash gains nothing; and as only hashes are compared, the time it takes tells nothing of a secret.
"""

import hashlib


def secret_hash(secret: str) -> bytes:
    """What is kept of a secret, and looked up by. Never fails, whatever a stranger sends."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
