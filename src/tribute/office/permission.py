"""Who may change what: owners and managers the house's, an affiliate what is their own. The first question of every change.

Raises NotAllowedError. Viewers change nothing, nor does whoever looks at a portal as its affiliate, nor a token whose scopes do not say so.
"""

from tribute.access.caller import Caller, NotAllowedError


def require_change(caller: Caller) -> None:
    """Let pass who of the team may change things."""
    if not caller.is_team:
        raise NotAllowedError("Only an owner, or a manager of theirs, changes this.")
    _demand_change(caller)


def require_affiliate(caller: Caller) -> str:
    """Let only affiliates pass who act for themselves; the id of the one who asks."""
    if caller.affiliate_id is None:
        raise NotAllowedError("Only an affiliate does this, for themself.")
    _demand_change(caller)
    return caller.affiliate_id


def require_link_making(caller: Caller) -> None:
    """Let pass who makes links: an affiliate their own, the team anybody's."""
    if not caller.may_make_links:
        _refuse(caller)


def require_team(caller: Caller) -> None:
    """Let the owner's team pass, viewers too: for what only tries something out and keeps nothing."""
    if not (caller.is_team and caller.may_read):
        raise NotAllowedError("Only an owner, or somebody of their team, does this.")


def _demand_change(caller: Caller) -> None:
    if not caller.may_change:
        _refuse(caller)


def _refuse(caller: Caller) -> None:
    if caller.seen_by is not None:
        raise NotAllowedError("You are looking at the portal as its affiliate: nothing can be changed in it. End the view first.")
    if caller.scopes is not None:
        raise NotAllowedError("The token's scopes do not include this change.")
    raise NotAllowedError("A viewer changes nothing. Ask an owner for the role of a manager.")
