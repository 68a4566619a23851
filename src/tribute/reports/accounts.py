"""Who the caller is, and the websites an owner runs. Used by GraphQL and the pages."""

from collections.abc import Sequence

from tribute.access.caller import Caller
from tribute.reports.ports import Profile, Roster, Website
from tribute.reports.scope import require_owner


class Accounts:
    """Reads the roster within the caller's scope."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster

    def profile(self, caller: Caller) -> Profile:
        """The caller's own name, email and code."""
        return self._roster.profile(caller)

    def websites(self, caller: Caller) -> Sequence[Website]:
        """All websites with their write keys, by name; owners only."""
        require_owner(caller)
        return self._roster.websites()
