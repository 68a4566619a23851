"""Which column or expression gives a dimension its value: of an event by itself, and of a click or an amount of money as it is kept.

Invariant: the expressions are this file's words alone. Read by whoever keeps clicks and whoever counts.
"""

from tribute.analytics.dimensions import Dimension

OF_EVENT = {
    Dimension.WEBSITE: "e.website_id",
    Dimension.AFFILIATE: "e.affiliate_id",
    Dimension.LINK: "e.link_slug",
    Dimension.SUB_ID: "e.sub_id",
    Dimension.REFERRER: "CASE WHEN e.is_landing OR e.type <> 'page' THEN e.referrer_host END",
    Dimension.CHANNEL: "e.channel",
    Dimension.UTM_SOURCE: "e.utm_source",
    Dimension.UTM_MEDIUM: "e.utm_medium",
    Dimension.UTM_CAMPAIGN: "e.utm_campaign",
    Dimension.UTM_TERM: "e.utm_term",
    Dimension.UTM_CONTENT: "e.utm_content",
    Dimension.COUNTRY: "e.country",
    Dimension.DEVICE: "e.device",
    Dimension.BROWSER: "e.browser",
    Dimension.OS: "e.os",
    Dimension.LANDING_PAGE: "CASE WHEN e.is_landing THEN e.path END",
    Dimension.PATH: "e.path",
}
"""A dimension of one event, a row `e` of `events`, by itself."""

KEPT = {
    Dimension.WEBSITE: "website_id",
    Dimension.AFFILIATE: "affiliate_id",
    Dimension.LINK: "link_slug",
    Dimension.SUB_ID: "sub_id",
    Dimension.REFERRER: "referrer_host",
    Dimension.CHANNEL: "channel",
    Dimension.UTM_SOURCE: "utm_source",
    Dimension.UTM_MEDIUM: "utm_medium",
    Dimension.UTM_CAMPAIGN: "utm_campaign",
    Dimension.UTM_TERM: "utm_term",
    Dimension.UTM_CONTENT: "utm_content",
    Dimension.COUNTRY: "country",
    Dimension.DEVICE: "device",
    Dimension.BROWSER: "browser",
    Dimension.OS: "os",
    Dimension.LANDING_PAGE: "landing_page",
    Dimension.PATH: "path",
}
"""The column of a dimension in `arrivals` and `clicks`, and in `money`, which has no `path` beside the landing page."""

TOLD = tuple(each for each in Dimension if each not in {Dimension.WEBSITE, Dimension.AFFILIATE})
"""What an arrival tells of its click, besides where it was and whose."""
