"""Who the caller is, the websites that the team runs, the links an affiliate shares. Used by GraphQL and the pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from tribute.access.caller import Caller
from tribute.kit.destinations import parse_destination
from tribute.reports.ports import Profile, Roster, Website
from tribute.reports.scope import affiliate_of, require_team, scope_of
from tribute.reports.tagging import tagged_page


@dataclass(frozen=True, slots=True)
class AffiliateLink:
    """An address of a website that credits an affiliate."""

    website: str
    url: str


class Accounts:
    """Reads the roster within the caller's scope."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster

    def profile(self, caller: Caller) -> Profile:
        """The caller's own name, email and code."""
        scope_of(caller)
        return self._roster.profile(caller)

    def websites(self, caller: Caller) -> Sequence[Website]:
        """All websites with their write keys, by name; the team's."""
        require_team(caller)
        return self._roster.websites()

    def links(self, caller: Caller) -> list[AffiliateLink]:
        """The calling affiliate's address on every website that is on, by the website's name; empty while they have no code."""
        affiliate_of(caller)
        code = self._roster.profile(caller).code
        if code is None:
            return []
        return [AffiliateLink(site.name, _front(site, code)) for site in self._roster.websites() if site.enabled]


def _front(site: Website, code: str) -> str:
    page = parse_destination(site.front_url)
    assert page is not None  # noqa: S101 -- the roster tells addresses alone
    return tagged_page(page, site.link_parameters, code).url
