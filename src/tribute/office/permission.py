"""Who may change what: an owner everything, an affiliate what is their own. The first question of every change; raises NotAllowedError."""

from tribute.access.caller import Caller, NotAllowedError, Role


def require_owner(caller: Caller) -> None:
    """Let only owners pass."""
    if caller.role is not Role.OWNER:
        raise NotAllowedError("Only an owner changes this.")


def require_affiliate(caller: Caller) -> str:
    """Let only affiliates pass; the id of the one who asks."""
    if caller.affiliate_id is None:
        raise NotAllowedError("Only an affiliate does this, for themself.")
    return caller.affiliate_id
