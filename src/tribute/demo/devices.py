"""The browsers and bots of the demo: user agents that change version over the year as people update.

Pure data and one draw. A test holds the browsers against the bot rules, and the bots as well.
"""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Browser:
    """One user agent with the screen sizes it is seen with (CSS pixels)."""

    user_agent: str
    screens: tuple[tuple[int, int], ...]


def _versions(first: int, last: int) -> tuple[str, ...]:
    return tuple(str(version) for version in range(first, last + 1))


_CHROME = _versions(143, 156)
_FIREFOX = _versions(145, 157)
_SAFARI = ("18.5", "18.6", "26.0", "26.1", "26.2", "26.3", "26.4", "26.5", "27.0", "27.1")
_OPERA = tuple(f"{chrome}.0.0.0 Safari/537.36 OPR/{chrome - 16}" for chrome in range(142, 155))
_SAMSUNG = tuple(f"{own}.0 Chrome/{chrome}" for own, chrome in ((28, 130), (29, 136), (29, 140), (30, 143), (31, 148)))
_APPS = _versions(408, 420)

_DESKTOP = ((1920, 1080), (1536, 864), (1440, 900), (1366, 768), (2560, 1440))
_MAC = ((1440, 900), (1512, 982), (1728, 1117), (2560, 1440))
_PHONE = ((360, 800), (412, 915), (384, 832))
_IPHONE = ((390, 844), (393, 852), (402, 874), (430, 932))
_TABLET = ((820, 1180), (768, 1024), (800, 1280))

_BLINK = "AppleWebKit/537.36 (KHTML, like Gecko)"
_WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64"
_MACINTOSH = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
_ANDROID = "Mozilla/5.0 (Linux; Android 10; K)"
_IOS = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X)"


class Family:
    """One browser on one platform; `versions` in the order of their release over the year."""

    def __init__(self, weight: int, template: str, versions: tuple[str, ...], screens: tuple[tuple[int, int], ...]) -> None:
        self.weight = weight
        self.browsers = tuple(Browser(template.replace("{v}", version), screens) for version in versions)


_FAMILIES: dict[str, tuple[Family, ...]] = {
    "desktop": (
        Family(38, f"{_WINDOWS}) {_BLINK} Chrome/{{v}}.0.0.0 Safari/537.36", _CHROME, _DESKTOP),
        Family(15, f"{_MACINTOSH} {_BLINK} Chrome/{{v}}.0.0.0 Safari/537.36", _CHROME, _MAC),
        Family(15, f"{_MACINTOSH} {_WEBKIT} Version/{{v}} Safari/605.1.15", _SAFARI, _MAC),
        Family(11, f"{_WINDOWS}) {_BLINK} Chrome/{{v}}.0.0.0 Safari/537.36 Edg/{{v}}.0.0.0", _CHROME, _DESKTOP),
        Family(6, f"{_WINDOWS}; rv:{{v}}.0) Gecko/20100101 Firefox/{{v}}.0", _FIREFOX, _DESKTOP),
        Family(3, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:{v}.0) Gecko/20100101 Firefox/{v}.0", _FIREFOX, _MAC),
        Family(2, "Mozilla/5.0 (X11; Linux x86_64; rv:{v}.0) Gecko/20100101 Firefox/{v}.0", _FIREFOX, _DESKTOP),
        Family(3, f"Mozilla/5.0 (X11; Linux x86_64) {_BLINK} Chrome/{{v}}.0.0.0 Safari/537.36", _CHROME, _DESKTOP),
        Family(2, f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {_BLINK} Chrome/{{v}}.0.0.0 Safari/537.36", _CHROME, _DESKTOP),
        Family(2, f"{_MACINTOSH} {_BLINK} Chrome/{{v}}.0.0.0 Safari/537.36 Edg/{{v}}.0.0.0", _CHROME, _MAC),
        Family(2, f"{_WINDOWS}) {_BLINK} Chrome/{{v}}.0.0.0", _OPERA, _DESKTOP),
    ),
    "mobile": (
        Family(42, f"{_IOS} {_WEBKIT} Version/{{v}} Mobile/15E148 Safari/604.1", _SAFARI, _IPHONE),
        Family(36, f"{_ANDROID} {_BLINK} Chrome/{{v}}.0.0.0 Mobile Safari/537.36", _CHROME, _PHONE),
        Family(6, f"{_ANDROID} {_BLINK} SamsungBrowser/{{v}}.0.0.0 Mobile Safari/537.36", _SAMSUNG, _PHONE),
        Family(5, f"{_IOS} {_WEBKIT} CriOS/{{v}}.0.0.0 Mobile/15E148 Safari/604.1", _CHROME, _IPHONE),
        Family(2, "Mozilla/5.0 (Android 15; Mobile; rv:{v}.0) Gecko/{v}.0 Firefox/{v}.0", _FIREFOX, _PHONE),
    ),
    "tablet": (
        Family(6, f"Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) {_WEBKIT} Version/{{v}} Mobile/15E148 Safari/604.1", _SAFARI, _TABLET),
        Family(4, f"{_ANDROID} {_BLINK} Chrome/{{v}}.0.0.0 Safari/537.36", _CHROME, _TABLET),
    ),
    "in_app": (
        Family(
            6,
            f"{_IOS} {_WEBKIT} Mobile/15E148 Instagram {{v}}.0.0.28.109 (iPhone17,1; iOS 26_1; en_US; en; scale=3.00; 1206x2622; 701)",
            _APPS,
            _IPHONE,
        ),
        Family(
            4,
            f"Mozilla/5.0 (Linux; Android 15; SM-S921B Build/AP3A; wv) {_BLINK} Version/4.0 Chrome/143.0.0.0 Mobile Safari/537.36 "
            "[FB_IAB/FB4A;FBAV/{v}.0.0.40.110;]",
            _APPS,
            _PHONE,
        ),
    ),
}

_DRAWS = {kind: tuple(family for family in families for _ in range(family.weight)) for kind, families in _FAMILIES.items()}
_LAGS = (0,) * 12 + (1,) * 5 + (2,) * 2 + (4,)
"""How many releases behind people are: most are up to date."""

BROWSERS = tuple(browser for families in _FAMILIES.values() for family in families for browser in family.browsers)
"""Every browser that a visitor may have."""


def draw_browser(rng: Random, kind: str, progress: float) -> Browser:
    """A browser of a kind (desktop, mobile, tablet, in_app) at a time of the year (0 to 1): newer versions come as it goes on."""
    draws = _DRAWS[kind]
    browsers = draws[int(rng.random() * len(draws))].browsers
    newest = min(len(browsers) - 1, int(progress * len(browsers)))
    return browsers[max(0, newest - _LAGS[int(rng.random() * len(_LAGS))])]


_COMPATIBLE = f"Mozilla/5.0 {_BLINK[:-1]}; compatible;"
_NEXUS = f"Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) {_BLINK} Chrome/141.0.0.0 Mobile Safari/537.36"

BOTS = (
    f"{_NEXUS} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    f"{_COMPATIBLE} Googlebot/2.1; +http://www.google.com/bot.html) Chrome/141.0.0.0 Safari/537.36",
    f"{_COMPATIBLE} bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/136.0.0.0 Safari/537.36",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    f"{_COMPATIBLE} GPTBot/1.2; +https://openai.com/gptbot)",
    f"Mozilla/5.0 (X11; Linux x86_64) {_BLINK} HeadlessChrome/143.0.0.0 Safari/537.36",
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
    "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
)
"""Crawlers, previews, monitors and a headless browser: sent like page views, never counted."""
