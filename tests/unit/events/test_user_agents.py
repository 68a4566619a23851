"""What real user agents tell: device, browser, system, and who is a machine."""

from typing import Any

import pytest

from tests.support.records import record
from tribute.events.agents import UNKNOWN_AGENT, agent
from tribute.events.derive import WebsiteRules, derive
from tribute.events.derived import BotMark, DerivedEvent

MOZILLA = "Mozilla/5.0"
MAC = f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit"
WINDOWS = f"{MOZILLA} (Windows NT 10.0; Win64; x64)"
IPHONE = f"{MOZILLA} (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"
ANDROID = f"{MOZILLA} (Linux; Android 10; K) {KHTML}"

PEOPLE = [
    (f"{WINDOWS} {KHTML} Chrome/141.0.0.0 Safari/537.36", "desktop", "Chrome", "Windows"),
    (f"{MAC}/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36", "desktop", "Chrome", "Mac OS X"),
    (f"{MOZILLA} (X11; Linux x86_64) {KHTML} Chrome/141.0.0.0 Safari/537.36", "desktop", "Chrome", "Linux"),
    (f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {KHTML} Chrome/140.0.0.0 Safari/537.36", "desktop", "Chrome", "Chrome OS"),
    (f"{WINDOWS} {KHTML} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0", "desktop", "Edge", "Windows"),
    (f"{WINDOWS} {KHTML} Chrome/140.0.0.0 Safari/537.36 OPR/124.0.0.0", "desktop", "Opera", "Windows"),
    (f"{WINDOWS} {KHTML} Chrome/140.0.0.0 Safari/537.36 Vivaldi/7.6.3797.55", "desktop", "Vivaldi", "Windows"),
    (f"{WINDOWS} {KHTML} Chrome/138.0.0.0 YaBrowser/25.8.0.0 Safari/537.36", "desktop", "Yandex Browser", "Windows"),
    (f"{MOZILLA} (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0", "desktop", "Firefox", "Windows"),
    (f"{MOZILLA} (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0", "desktop", "Firefox", "Mac OS X"),
    (f"{MOZILLA} (X11; Ubuntu; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", "desktop", "Firefox", "Ubuntu"),
    (f"{MOZILLA} (X11; Fedora; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "desktop", "Firefox", "Fedora"),
    (f"{MOZILLA} (X11; OpenBSD amd64; rv:143.0) Gecko/20100101 Firefox/143.0", "desktop", "Firefox", "OpenBSD"),
    (f"{MAC}/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15", "desktop", "Safari", "Mac OS X"),
    (f"{MOZILLA} (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", "desktop", "IE", "Windows"),
    (f"{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1", "mobile", "Mobile Safari", "iOS"),
    (f"{IPHONE} CriOS/141.0.7390.41 Mobile/15E148 Safari/604.1", "mobile", "Chrome Mobile iOS", "iOS"),
    (f"{IPHONE} FxiOS/144.0 Mobile/15E148 Safari/604.1", "mobile", "Firefox iOS", "iOS"),
    (f"{IPHONE} EdgiOS/141.0.3537.57 Version/18.0 Mobile/15E148 Safari/604.1", "mobile", "Edge Mobile", "iOS"),
    (f"{IPHONE} GSA/390.0.815870425 Mobile/15E148 Safari/604.1", "mobile", "Google", "iOS"),
    (f"{IPHONE} Version/18.1 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15", "mobile", None, "iOS"),
    (f"{IPHONE} Mobile/22B83 [FBAN/FBIOS;FBAV/530.0.0.38.70;FBBV/1;FBDV/iPhone15,2;FBMD/iPhone]", "mobile", "Facebook", "iOS"),
    (f"{IPHONE} Mobile/22B83 Instagram 403.0.0.28.85 (iPhone15,2; iOS 18_1; de_DE; de; scale=3.00)", "mobile", "Instagram", "iOS"),
    (f"{IPHONE} Mobile/22B83 [LinkedInApp]/9.31.1234", "mobile", None, "iOS"),
    (f"{IPHONE} Mobile/15E148 [Pinterest/iOS]", "mobile", "Pinterest", "iOS"),
    (f"{IPHONE} Mobile/15E148 musical_ly_41.7.0 BytedanceWebview/d8a21c6", "mobile", None, "iOS"),
    (f"{IPHONE} Mobile/15E148 Snapchat/13.62.0.45 (like Safari/8620.1.16.10.11, panda)", "mobile", "Snapchat", "iOS"),
    (f"{ANDROID} Chrome/141.0.0.0 Mobile Safari/537.36", "mobile", "Chrome Mobile", "Android"),
    (f"{ANDROID} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", "mobile", "Samsung Internet", "Android"),
    (f"{ANDROID} Chrome/140.0.0.0 Mobile Safari/537.36 OPR/92.0.0.0", "mobile", "Opera Mobile", "Android"),
    (f"{ANDROID} Chrome/141.0.0.0 Mobile Safari/537.36 EdgA/141.0.0.0", "mobile", "Edge Mobile", "Android"),
    (f"{MOZILLA} (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0", "mobile", "Firefox Mobile", "Android"),
    (
        f"{MOZILLA} (Linux; Android 14; SM-S918B Build/UP1A; wv) {KHTML} Version/4.0 Chrome/141.0.0.0 Mobile Safari/537.36",
        "mobile",
        None,
        "Android",
    ),
    (f"{MOZILLA} (Linux; Android 9; CUBOT X19) {KHTML} Chrome/120.0.0.0 Mobile Safari/537.36", "mobile", "Chrome Mobile", "Android"),
    (
        f"{MOZILLA} (Linux; U; Android 13; en-us; Redmi) {KHTML} Chrome/112.0 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14",
        "mobile",
        None,
        "Android",
    ),
    (f"{MOZILLA} (Linux; Android 15; Pixel Tablet) {KHTML} Chrome/141.0.0.0 Safari/537.36", "tablet", "Chrome", "Android"),
    (
        f"{MOZILLA} (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
        "tablet",
        None,
        "iOS",
    ),
    (f"{MOZILLA} (Android 14; Tablet; rv:144.0) Gecko/144.0 Firefox/144.0", "tablet", None, "Android"),
    (f"{MOZILLA} (Linux; Android 11; KFTRWI) {KHTML} Silk/138.1 like Chrome/138.0 Safari/537.36", "tablet", "Amazon Silk", "Android"),
    (f"{MOZILLA} (SMART-TV; LINUX; Tizen 8.0) {KHTML} 120.0.6099.5/8.0 TV Safari/537.36", "tv", None, "Tizen"),
    (f"{MOZILLA} (Web0S; Linux/SmartTV) {KHTML} Chrome/120.0.6099.270 Safari/537.36 WebAppManager", "tv", None, None),
    (f"{MOZILLA} (Linux; Android 9; AFTS Build/PS7651) {KHTML} Silk/112.5 like Chrome/112.0 Safari/537.36", "tv", "Amazon Silk", None),
    (
        f"{MOZILLA} (PlayStation; PlayStation 5/6.50) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.4 Safari/605.1.15",
        "console",
        None,
        None,
    ),
    (
        f"{MOZILLA} (Windows NT 10.0; Win64; x64; Xbox; Xbox One) {KHTML} Chrome/140.0.0.0 Safari/537.36 Edge/44.18363",
        "console",
        None,
        None,
    ),
    (f"{MOZILLA} (Nintendo Switch; WifiWebAuthApplet) AppleWebKit/609.4 (KHTML, like Gecko) NF/6.0.2.21.3", "console", None, None),
]


@pytest.mark.parametrize(("user_agent", "device", "browser", "system"), PEOPLE)
def test_people_are_people(user_agent: str, device: str, browser: str | None, system: str | None) -> None:
    found = agent(user_agent)

    assert found.bot is None
    assert not found.is_library
    assert found.device == device
    assert browser is None or found.browser == browser
    assert system is None or found.os == system


CRAWLERS = [
    f"{MOZILLA} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    f"{ANDROID} Chrome/141.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    f"{MOZILLA} {KHTML}; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36",
    f"{MOZILLA} (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    f"{MOZILLA} (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    f"{MAC}/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
    "DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)",
    f"{MOZILLA} (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    f"{MOZILLA} (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)",
    f"{MOZILLA} (compatible; MJ12bot/v1.4.8; http://mj12bot.com/)",
    f"{MOZILLA} {KHTML}; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    f"{MOZILLA} {KHTML}; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
    f"{MOZILLA} {KHTML}; compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)",
    "CCBot/2.0 (https://commoncrawl.org/faq/)",
    f"{MOZILLA} (Linux; Android 5.0) {KHTML} (compatible; Bytespider; spider-feedback@bytedance.com)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Twitterbot/1.0",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    f"{MOZILLA} (compatible; Discordbot/2.0; +https://discordapp.com)",
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.23.20.0",
    f"{MOZILLA} (compatible; archive.org_bot +http://archive.org/details/archive.org_bot)",
    "Feedly/1.0 (+http://www.feedly.com/fetcher.html; like FeedFetcher-Google)",
    "AdsBot-Google (+http://www.google.com/adsbot.html)",
    "Mediapartners-Google",
]


@pytest.mark.parametrize("user_agent", CRAWLERS)
def test_crawlers_are_marked(user_agent: str) -> None:
    assert agent(user_agent).bot is BotMark.CRAWLER


@pytest.mark.parametrize(
    "user_agent",
    [
        f"{MOZILLA}+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
        "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
        f"{MOZILLA} (compatible; StatusCake; +https://www.statuscake.com)",
        f"{MOZILLA} (Linux; Android 11; moto g power (2022)) {KHTML} Chrome/119.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse",
    ],
)
def test_a_watch_over_the_site_is_marked(user_agent: str) -> None:
    assert agent(user_agent).bot is BotMark.MONITORING


@pytest.mark.parametrize(
    "user_agent",
    [
        f"{MOZILLA} (X11; Linux x86_64) {KHTML} HeadlessChrome/141.0.0.0 Safari/537.36",
        f"{MOZILLA} (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1",
    ],
)
def test_headless_browsers_are_marked(user_agent: str) -> None:
    assert agent(user_agent).bot is BotMark.HEADLESS


LIBRARIES = [
    "python-requests/2.32.5",
    "Python-urllib/3.11",
    "python-httpx/0.28.1",
    "Python/3.12 aiohttp/3.13.0",
    "Go-http-client/2.0",
    "okhttp/4.12.0",
    "axios/1.12.2",
    "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
    "curl/8.14.1",
    "Wget/1.25.0",
    "Apache-HttpClient/4.5.14 (Java/17.0.16)",
]
SERVER_SDKS = [
    "analytics-python/2.4.0",
    "analytics-node/3.1.0",
    "@segment/analytics-node/3.1.0",
    "rudder-server-python/2.1.9",
    "node",
    "undici",
]


def derived(request_agent: str | None, context: dict[str, Any] | None = None) -> DerivedEvent:
    event = {"userId": "u1", "context": context or {}}
    return derive(record(event, user_agent=request_agent), WebsiteRules(domain="course.example"))


@pytest.mark.parametrize("user_agent", LIBRARIES + SERVER_SDKS)
def test_a_server_that_reports_its_visitors_is_no_bot(user_agent: str) -> None:
    found = derived(user_agent)

    assert found.bot is None
    assert found.device is None
    assert found.is_counted_page


@pytest.mark.parametrize("user_agent", LIBRARIES)
def test_a_library_that_visits_by_itself_is_a_bot(user_agent: str) -> None:
    assert derived("node-fetch", {"userAgent": user_agent}).bot is BotMark.CRAWLER


def test_what_the_event_tells_of_its_visitor_goes_before_the_request_s_agent() -> None:
    found = derived(CRAWLERS[0], {"userAgent": PEOPLE[0][0]})

    assert (found.bot, found.browser) == (None, "Chrome")


def test_a_crawler_s_own_request_is_marked() -> None:
    assert derived(CRAWLERS[0]).bot is BotMark.CRAWLER
    assert derived(PEOPLE[0][0], {"userAgent": CRAWLERS[0]}).bot is BotMark.CRAWLER


@pytest.mark.parametrize("user_agent", ["", None, "\0", "-", "x", "Mozilla/5.0", "☃" * 500, "(" * 500, "Mozilla/5.0 (" * 100])
def test_a_meaningless_agent_tells_nothing(user_agent: str | None) -> None:
    found = derived(user_agent)

    assert (found.bot, found.device) == (None, None)


def test_no_agent_is_unknown() -> None:
    assert agent(None) is UNKNOWN_AGENT
    assert agent("") is UNKNOWN_AGENT
