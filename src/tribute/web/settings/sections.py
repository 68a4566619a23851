"""The sections of the settings, and the frame that every page of theirs has. A section is listed here when its page stands.

A page of the settings is a dataclass with a field `frame`, made by `settings_frame`, whose template extends `settings/layout.html`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tribute.access.caller import Caller
from tribute.web.parts import Parts


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the settings. Without `for_team` it is an affiliate's alone."""

    label: str
    href: str
    for_team: bool = True


SECTIONS: Final[tuple[Section, ...]] = (
    Section("Profile", "/settings"),
    Section("Payout details", "/settings/payout", for_team=False),
    Section("Notifications", "/settings/notifications", for_team=False),
    Section("Time and numbers", "/settings/time"),
    Section("Widgets", "/settings/widgets", for_team=False),
    Section("Security", "/settings/security"),
    Section("Sessions", "/settings/sessions"),
    Section("API tokens", "/settings/tokens"),
)
"""In the order of the list."""


@dataclass(frozen=True, slots=True)
class SectionLink:
    """A section in the list beside a page."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class SettingsFrame:
    """What stands around a page of the settings: whose they are, and which there are."""

    name: str
    code: str | None
    is_team: bool
    current: str
    sections: Sequence[SectionLink]


def settings_frame(parts: Parts, caller: Caller, current: str) -> SettingsFrame:
    """The frame of the section with this label, as the caller sees it."""
    profile = parts.accounts.profile(caller)
    is_team = caller.affiliate_id is None
    links = [SectionLink(one.label, one.href, one.label == current) for one in SECTIONS if one.for_team or not is_team]
    return SettingsFrame(profile.name, profile.code, is_team, current, links)
