"""Calls as JSON on the wire, in the shape that RudderStack's and Segment's browser SDKs send.

Built from parts that are encoded once (a page, a visitor, a campaign), because a year has some 330,000 calls. Every part is JSON-safe
when it is made: names go through the encoder, ids are hex, queries are plain ASCII without quotes.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random
from urllib.parse import parse_qsl

import msgspec

from tribute.demo.audiences import Audience
from tribute.demo.calls import Call, Carrier
from tribute.demo.cast import Page, Website
from tribute.demo.devices import Browser

DAY_MS = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTES = tuple(f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in range(60))
_CAMPAIGN_FIELDS = {"utm_source": "source", "utm_medium": "medium", "utm_campaign": "name", "utm_term": "term", "utm_content": "content"}


def milliseconds(at: datetime) -> int:
    """An instant as whole milliseconds since 1970."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


@lru_cache(maxsize=1024)
def _day_text(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).strftime("%Y-%m-%d")


def iso_ms(at_ms: int) -> str:
    """`2026-11-23T04:44:57.069Z`, as browsers write times."""
    day, rest = divmod(at_ms, DAY_MS)
    minute, rest = divmod(rest, 60_000)
    return f"{_day_text(day)}T{_MINUTES[minute]}:{rest // 1000:02d}.{rest % 1000:03d}Z"


def uuid_text(rng: Random) -> str:
    """128 random bits in the shape of a UUID, ten times as fast as making one."""
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def campaign_part(query: str) -> str:
    """What the SDKs make of `utm_…` parameters: `"campaign":{…},`, or nothing."""
    if "utm_" not in query:
        return ""
    fields = {_CAMPAIGN_FIELDS[key]: value for key, value in parse_qsl(query.lstrip("?")) if key in _CAMPAIGN_FIELDS}
    return f'"campaign":{_json(fields)},'


def visitor_part(browser: Browser, audience: Audience, rng: Random) -> str:
    """The members of `context` that stay the same for a visitor."""
    width, height = browser.screens[int(rng.random() * len(browser.screens))]
    locale = audience.locales[int(rng.random() * len(audience.locales))]
    return (
        f'"userAgent":"{browser.user_agent}","locale":"{locale}","timezone":"{audience.zone.key}",'
        f'"screen":{{"width":{width},"height":{height}}},"ip":"{audience.address(rng)}"'
    )


@lru_cache(maxsize=256)
def _page_part(page: Page) -> str:
    return f'"path":{_json(page.path)},"title":{_json(page.title)}'


@lru_cache(maxsize=16)
def _library_part(website: Website) -> str:
    name, version = ("RudderLabs JavaScript SDK", "3.34.1") if website.canonical else ("analytics.js", "npm:next-1.84.3")
    return f'"library":{_json({"name": name, "version": version})}'


def _properties(call: Call, carried: str) -> str:
    if call.event is None:
        return f'"path":{_json(call.page.path)}{carried}'
    if call.event == "Checkout Started":
        return f'"product":{_json(call.website.name)},"value":{call.website.price},"currency":"USD"{carried}'
    lessons = call.website.lessons
    return f'"lesson":{_json(lessons[call.original_ms % len(lessons)])},"seconds":{30 + call.original_ms % 400}{carried}'


def encode_call(call: Call) -> bytes:
    """The call's JSON object. The same call gives the same bytes."""
    website, visitor, arrival = call.website, call.visitor, call.arrival
    address = f"{website.origin}{call.page.path}"
    url = f'"url":"{address}","tab_url":"{address}{arrival.query}"' if website.canonical else f'"url":"{address}{arrival.query}"'
    affiliate = f',"affiliate_id":"{call.carried}"' if call.carried is not None else ""
    in_properties = visitor.carrier is Carrier.PROPERTIES
    remembered = ',"affiliate_remembered":true' if call.carried is not None else ""  # as the snippet says it: no click of its own
    head = '"type":"page"' if call.event is None else f'"type":"track","event":"{call.event}"'
    return (
        f'{{{head},"channel":"web","messageId":"{call.message_id}","anonymousId":"{visitor.anonymous_id}",'
        f'"originalTimestamp":"{iso_ms(call.original_ms)}","sentAt":"{iso_ms(call.sent_ms)}",'
        f'"context":{{"page":{{{url},"referrer":"{arrival.referrer}","search":"{arrival.query}",{_page_part(call.page)}}},'
        f"{arrival.campaign}{_library_part(website)},{visitor.context}{'' if in_properties else affiliate}{remembered}}},"
        f'"properties":{{{_properties(call, affiliate if in_properties else "")}}}}}'
    ).encode()
