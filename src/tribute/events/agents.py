"""What a user agent tells: device, browser, system, and whether it is a machine. From maintained lists, cached by text.

Lists: uap-core through `ua-parser` (browser, system) and `crawler-user-agents` (who is a machine, and of which kind). Both are matched by
ua-parser's engine, which looks for the literal parts of all patterns in one pass: some 30 microseconds for a new text. The list's devices
are left where they are: they tell phones' makes, of which nothing is kept, and would take 16 MB.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tribute.events.derived import BotMark

if TYPE_CHECKING:
    from ua_parser import Resolver

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
    machine = _machine(user_agent)
    if machine is None:
        return _browser(user_agent)
    return Agent(None, None, None, _MARKS[machine], is_library=machine == _LIBRARY)


_LIBRARY = "http-library"
_MARKS = {
    _LIBRARY: BotMark.CRAWLER,
    "browser-automation": BotMark.HEADLESS,
    "monitoring": BotMark.MONITORING,
    "other": BotMark.CRAWLER,
}
"""The tags of the crawler list that matter, in the order in which they are tried, and one for all others."""


def _machine(user_agent: str) -> str | None:
    """The tag of `_MARKS` for an agent that the crawler list knows; None for everyone else."""
    from ua_parser import Domain

    found = _crawlers()(user_agent, Domain.USER_AGENT).user_agent
    return found.family if found else None


@lru_cache(1)
def _crawlers() -> "Resolver":
    """The crawler list for ua-parser's engine, with the tag where a browser's name would stand; the first pattern that fits wins."""
    from crawleruseragents import CRAWLER_USER_AGENTS_DATA
    from ua_parser.lazy import UserAgentMatcher
    from ua_parser.regex import Resolver

    patterns: dict[str, list[str]] = {tag: [] for tag in _MARKS}
    for entry in CRAWLER_USER_AGENTS_DATA:
        tags = entry.get("tags", ())
        patterns[next((tag for tag in _MARKS if tag in tags), "other")].append(entry["pattern"])
    return Resolver(([UserAgentMatcher(pattern, tag) for tag, found in patterns.items() for pattern in found], [], []))


def _browser(user_agent: str) -> Agent:
    from ua_parser import Domain

    found = _browsers()(user_agent, Domain.USER_AGENT | Domain.OS)
    browser = found.user_agent.family if found.user_agent else None
    system = found.os.family if found.os else None
    return Agent(_device_class(user_agent, system), browser, system, None, is_library=False)


@lru_cache(1)
def _browsers() -> "Resolver":
    """Ua-parser's own lists for its engine: browsers and systems, without devices."""
    from ua_parser.loaders import load_lazy_builtins
    from ua_parser.regex import Resolver

    browsers, systems, _ = load_lazy_builtins()
    return Resolver((browsers, systems, []))


_CONSOLES = ("playstation", "xbox", "nintendo")
_TELEVISIONS = ("smart-tv", "smarttv", "appletv", "apple tv", "googletv", "hbbtv", "web0s", "bravia", "roku", "crkey")
_OTHER_TELEVISIONS = re.compile(r"Tizen.*TV|AFT[A-Z]", re.IGNORECASE)
_TABLETS = ("ipad", "tablet", "kindle", "silk/", "playbook")
_DESKTOPS = frozenset({"Windows", "Mac OS X", "Linux", "Ubuntu", "Fedora", "Chrome OS", "FreeBSD", "OpenBSD", "Debian"})


def _device_class(user_agent: str, system: str | None) -> str | None:
    """desktop, mobile, tablet, tv or console. Android without "Mobile" is a tablet, as Google asks of its vendors."""
    told = user_agent.casefold()
    if any(word in told for word in _CONSOLES):
        return "console"
    if any(word in told for word in _TELEVISIONS) or (("tizen" in told or "aft" in told) and _OTHER_TELEVISIONS.search(user_agent)):
        return "tv"
    if any(word in told for word in _TABLETS) or (system == "Android" and "Mobile" not in user_agent):
        return "tablet"
    if "Mobi" in user_agent or system in ("Android", "iOS"):
        return "mobile"
    return "desktop" if system in _DESKTOPS else None
