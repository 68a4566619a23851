"""How a visitor came: the channel of an event, by the first rule that fits. Pure; called by `derive` for every event.

1. It carries an affiliate's code or id: affiliate.
2. An advertising network's click id stands in the address: paid.
3. `utm_medium` says so: paid, email or social.
4. The page before was on the same website: internal.
5. The page or app before is known, by `referrers`: search, social, email, paid; or unknown: referral.
6. There is none. `utm_source` names a listed host, `utm_medium` says search or referral, else: direct.
"""

import re

from tribute.events.derived import Channel
from tribute.events.referrers import channel_of_host

PAID_CLICK_IDS = {
    "gclid": "Google Ads",
    "gbraid": "Google Ads, iOS",
    "wbraid": "Google Ads, iOS",
    "dclid": "Google Display & Video 360",
    "msclkid": "Microsoft Advertising",
    "yclid": "Yandex Direct",
    "ttclid": "TikTok Ads",
    "twclid": "X Ads",
    "li_fat_id": "LinkedIn Ads",
    "rdt_cid": "Reddit Ads",
    "sccid": "Snapchat Ads",
    "qclid": "Quora Ads",
    "tblci": "Taboola",
    "dicbo": "Outbrain",
}
"""Parameters that an advertising network adds to the address behind its advertisements, and to no other link.

`fbclid` (every link that leaves Facebook), `igshid`, `srsltid` (free product listings) and `epik` say nothing of payment and are not here.
"""
_CLICK_ID = re.compile(rf"(?:^|&)(?:{'|'.join(PAID_CLICK_IDS)})=[^&]", re.IGNORECASE)

MEDIUMS = {
    **dict.fromkeys(("cpc", "ppc", "cpm", "cpv", "cpa", "cpp", "display", "banner", "expandable", "interstitial"), Channel.PAID),
    **dict.fromkeys(("ad", "ads", "advertising", "retargeting", "remarketing", "sponsored", "sem"), Channel.PAID),
    **dict.fromkeys(("email", "e-mail", "mail", "newsletter"), Channel.EMAIL),
    **dict.fromkeys(("social", "social-network", "social-media", "sm", "organic-social"), Channel.SOCIAL),
}
"""What `utm_medium` says outright, in lower case with `-` for `_` and blanks. Whatever begins with `paid` is paid too."""

WEAK_MEDIUMS = {
    **dict.fromkeys(("organic", "organic-search", "search", "seo"), Channel.SEARCH),
    **dict.fromkeys(("referral", "link", "affiliate", "affiliates", "partner"), Channel.REFERRAL),
}
"""What `utm_medium` says where no referrer says better. An affiliate is one of ours only by a code, so the word alone is a referral."""


def is_paid_click(query: str) -> bool:
    """Whether an address's query, still encoded, carries the click id of an advertisement."""
    return "=" in query and _CLICK_ID.search(query) is not None


def channel(
    *, has_affiliate: bool, is_paid: bool, source: str | None, medium: str | None, referrer_host: str | None, is_internal: bool
) -> Channel:
    """The channel, by the rules above. `source` and `medium` are the campaign's; `is_internal`: the referrer is the same website."""
    if has_affiliate:
        return Channel.AFFILIATE
    told = medium.lower().replace("_", "-").replace(" ", "-") if medium else ""
    if is_paid or told.startswith("paid"):
        return Channel.PAID
    said = MEDIUMS.get(told)
    if said is not None:
        return said
    if is_internal:
        return Channel.INTERNAL
    if referrer_host is not None:
        return channel_of_host(referrer_host) or Channel.REFERRAL
    named = channel_of_host(source.lower()) if source else None
    return named or WEAK_MEDIUMS.get(told, Channel.DIRECT)
