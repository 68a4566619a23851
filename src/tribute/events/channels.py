"""How a visitor came: the channel of an event, from its affiliate, campaign and referrer. Pure.

The lists name hosts by their registrable part, and a subdomain belongs to it; search engines are known by their brand under any
country's suffix.
"""

from tribute.events.derived import Channel

_SEARCH_BRANDS = frozenset(
    [
        "google",
        "bing",
        "duckduckgo",
        "yahoo",
        "yandex",
        "baidu",
        "ecosia",
        "qwant",
        "startpage",
        "brave",
        "naver",
        "seznam",
        "sogou",
        "kagi",
        "ask",
        "aol",
        "mojeek",
        "presearch",
        "swisscows",
    ]
)
_SOCIAL_HOSTS = frozenset(
    [
        "facebook.com",
        "instagram.com",
        "threads.net",
        "twitter.com",
        "x.com",
        "t.co",
        "linkedin.com",
        "lnkd.in",
        "pinterest.com",
        "reddit.com",
        "youtube.com",
        "youtu.be",
        "tiktok.com",
        "whatsapp.com",
        "telegram.org",
        "t.me",
        "discord.com",
        "snapchat.com",
        "tumblr.com",
        "vk.com",
        "quora.com",
        "mastodon.social",
        "bsky.app",
        "news.ycombinator.com",
        "producthunt.com",
        "twitch.tv",
        "weibo.com",
        "medium.com",
        "xing.com",
    ]
)
_EMAIL_HOSTS = frozenset(
    ["mail.google.com", "outlook.live.com", "outlook.office.com", "mail.yahoo.com", "mail.proton.me", "mail.yandex.com", "mail.aol.com"]
)
_PAID_MEDIUMS = frozenset(
    [
        "cpc",
        "ppc",
        "paid",
        "paidsearch",
        "paid-search",
        "paid_search",
        "paidsocial",
        "paid-social",
        "paid_social",
        "cpm",
        "cpv",
        "display",
        "banner",
        "ads",
        "retargeting",
    ]
)
_EMAIL_MEDIUMS = frozenset(["email", "e-mail", "e_mail", "newsletter"])
_SOCIAL_MEDIUMS = frozenset(["social", "social-network", "social-media", "sm"])


def channel(*, has_affiliate: bool, medium: str | None, referrer_host: str | None, own_domain: str) -> Channel:
    """The channel, by the first rule that fits: affiliate, campaign medium, then the referrer's host."""
    if has_affiliate:
        return Channel.AFFILIATE
    told = medium.lower() if medium else ""
    if told in _PAID_MEDIUMS:
        return Channel.PAID
    if told in _EMAIL_MEDIUMS:
        return Channel.EMAIL
    if told in _SOCIAL_MEDIUMS:
        return Channel.SOCIAL
    if referrer_host is None:
        return Channel.DIRECT
    return _by_referrer(referrer_host, own_domain)


def _by_referrer(host: str, own_domain: str) -> Channel:
    if host == own_domain or host.endswith("." + own_domain):
        return Channel.INTERNAL
    if _listed(host, _EMAIL_HOSTS):
        return Channel.EMAIL
    if _listed(host, _SOCIAL_HOSTS):
        return Channel.SOCIAL
    if _is_search_engine(host):
        return Channel.SEARCH
    return Channel.REFERRAL


def _listed(host: str, hosts: frozenset[str]) -> bool:
    """Whether a host or a parent of it is listed."""
    while host:
        if host in hosts:
            return True
        host = host.partition(".")[2]
    return False


def _is_search_engine(host: str) -> bool:
    """A search brand directly before a public suffix of one or two short labels: google.com, google.co.uk, search.brave.com."""
    labels = host.split(".")
    if len(labels) >= 2 and labels[-2] in _SEARCH_BRANDS:
        return True
    return len(labels) >= 3 and labels[-3] in _SEARCH_BRANDS and len(labels[-2]) <= 3
