"""The two questions every report asks first: is this an affiliate, is this an owner. Raises NotAllowedError otherwise."""

from tribute.access.caller import Caller, NotAllowedError, Role


def affiliate_of(caller: Caller) -> str:
    """The affiliate that the caller is, by id."""
    if caller.affiliate_id is None:
        raise NotAllowedError("This is an affiliate's own view. An owner reads `websites` instead.")
    return caller.affiliate_id


def require_owner(caller: Caller) -> None:
    """Let only owners pass."""
    if caller.role is not Role.OWNER:
        raise NotAllowedError("Only an owner sees this.")
