"""What a browser is called in the list of sessions, as its user agent tells: "Firefox on Windows". No version, no address is kept."""

from typing import Final

from tribute.events.agents import agent

UNKNOWN_DEVICE: Final = "Unknown device"
_LONGEST: Final = 60
_SYSTEMS: Final = {"Mac OS X": "macOS"}
_BROWSERS: Final = {"Chrome Mobile": "Chrome", "Mobile Safari": "Safari", "Firefox Mobile": "Firefox"}


def device_name(user_agent: str | None) -> str:
    """The name of whoever sent this user agent. Never fails, whatever a stranger sends."""
    found = agent(user_agent)
    browser, system = (names.get(name or "", name) for names, name in ((_BROWSERS, found.browser), (_SYSTEMS, found.os)))
    told = " on ".join(name for name in (browser, system) if name and name != "Other")
    return told[:_LONGEST] or UNKNOWN_DEVICE
