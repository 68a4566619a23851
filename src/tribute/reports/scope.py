"""The questions that every report asks first: whose data does the caller read, is this an affiliate, is this the team.

Raises NotAllowedError otherwise, also for tokens whose scopes do not reach reading.
"""

from tribute.access.caller import Caller, NotAllowedError


def scope_of(caller: Caller) -> str | None:
    """Whose data is read: an affiliate's own, by id; None, for everybody's, to the team alone."""
    if not caller.may_read:
        raise NotAllowedError("The token's scopes do not include reading.")
    return caller.affiliate_id


def affiliate_of(caller: Caller) -> str:
    """The affiliate that the caller is, by id."""
    affiliate_id = scope_of(caller)
    if affiliate_id is None:
        raise NotAllowedError("This is an affiliate's own view. An owner reads `websites` instead.")
    return affiliate_id


def require_team(caller: Caller) -> None:
    """Let only the owner's team pass: owners, managers and viewers."""
    if scope_of(caller) is not None:
        raise NotAllowedError("Only an owner, or somebody of their team, sees this.")
