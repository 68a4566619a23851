"""What a user agent tells: device, browser, system, and whether it is a machine. From maintained lists, cached by text.

Lists: uap-core through `ua-parser` (device, browser, system) and `crawler-user-agents` (who is a machine, and of which kind).
"""

import re
from functools import lru_cache
from typing import NamedTuple

from tribute.events.derived import BotMark

_KNOWN_AGENTS = 20_000
"""Distinct user agents remembered: some 20 MB at most; real sites see a few thousand a day."""


class Agent(NamedTuple):
    """What is known of a user agent. `is_library` marks a program's HTTP client, which says nothing about the visitor."""

    device: str | None
    browser: str | None
    os: str | None
    bot: BotMark | None
    is_library: bool


UNKNOWN_AGENT = Agent(None, None, None, None, is_library=False)


@lru_cache(_KNOWN_AGENTS)
def agent(user_agent: str | None) -> Agent:
    """Look a user agent up. None and texts without meaning give `UNKNOWN_AGENT`."""
    if not user_agent:
        return UNKNOWN_AGENT
    crawlers = _crawlers()
    if crawlers.libraries.search(user_agent):
        return Agent(None, None, None, BotMark.CRAWLER, is_library=True)
    if crawlers.headless.search(user_agent):
        return Agent(None, None, None, BotMark.HEADLESS, is_library=False)
    if crawlers.others.search(user_agent):
        return Agent(None, None, None, BotMark.CRAWLER, is_library=False)
    return _browser(user_agent)


class _Crawlers(NamedTuple):
    libraries: re.Pattern[str]
    headless: re.Pattern[str]
    others: re.Pattern[str]


@lru_cache(1)
def _crawlers() -> _Crawlers:
    """The crawler list as three expressions, by the list's own tags."""
    from crawleruseragents import CRAWLER_USER_AGENTS_DATA

    kinds: dict[str, list[str]] = {"libraries": [], "headless": [], "others": []}
    for entry in CRAWLER_USER_AGENTS_DATA:
        tags = entry.get("tags", [])
        kind = "libraries" if "http-library" in tags else "headless" if "browser-automation" in tags else "others"
        kinds[kind].append(entry["pattern"])
    return _Crawlers(**{kind: re.compile("|".join(patterns)) for kind, patterns in kinds.items()})


def _browser(user_agent: str) -> Agent:
    import ua_parser

    found = ua_parser.parse(user_agent)
    browser = found.user_agent.family if found.user_agent else None
    system = found.os.family if found.os else None
    device = found.device.family if found.device else None
    return Agent(_device_class(user_agent, system, device), browser, system, None, is_library=False)


_CONSOLES = re.compile(r"PlayStation|Xbox|Nintendo", re.IGNORECASE)
_TELEVISIONS = re.compile(r"SMART-?TV|SmartTV|AppleTV|Apple TV|GoogleTV|HbbTV|Tizen.*TV|Web0S|BRAVIA|AFT[A-Z]|Roku|CrKey", re.IGNORECASE)
_TABLETS = re.compile(r"iPad|Tablet|Kindle|Silk/|PlayBook", re.IGNORECASE)
_DESKTOPS = frozenset({"Windows", "Mac OS X", "Linux", "Ubuntu", "Fedora", "Chrome OS", "FreeBSD", "OpenBSD", "Debian"})


def _device_class(user_agent: str, system: str | None, device: str | None) -> str | None:
    """desktop, mobile, tablet, tv or console. Android without "Mobile" is a tablet, as Google asks of its vendors."""
    if _CONSOLES.search(user_agent):
        return "console"
    if _TELEVISIONS.search(user_agent):
        return "tv"
    if _TABLETS.search(user_agent) or (system == "Android" and "Mobile" not in user_agent):
        return "tablet"
    if "Mobi" in user_agent or system in ("Android", "iOS") or device in ("iPhone", "iPod"):
        return "mobile"
    return "desktop" if system in _DESKTOPS else None
