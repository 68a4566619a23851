"""How visitors came: by advertisement, medium, referrer, app, assistant; and what says nothing."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.records import record, texts
from tribute.events.channels import PAID_CLICK_IDS
from tribute.events.derive import WebsiteRules, derive
from tribute.events.derived import Channel, DerivedEvent
from tribute.events.referrers import ASSISTANTS, channel_of_host, referring_host

HERE = "https://course.example/start"
GOOGLE = "https://www.google.com/"


def arrived(query: str = "", referrer: str | None = None, here: str = HERE) -> DerivedEvent:
    event = {"properties": {"url": f"{here}?{query}", "referrer": referrer}}
    return derive(record(event), WebsiteRules(domain="course.example"))


@pytest.mark.parametrize("parameter", PAID_CLICK_IDS)
@pytest.mark.parametrize("referrer", [None, GOOGLE, "https://l.facebook.com/"])
def test_an_advertisement_s_click_id_is_paid(parameter: str, referrer: str | None) -> None:
    assert arrived(f"x=1&{parameter}=Cj0K", referrer).channel is Channel.PAID


@pytest.mark.parametrize(
    ("query", "referrer", "channel"),
    [
        ("GCLID=x", None, Channel.PAID),
        ("gclid=", GOOGLE, Channel.SEARCH),
        ("notgclid=x", GOOGLE, Channel.SEARCH),
        ("x=gclid=1", GOOGLE, Channel.SEARCH),
        ("fbclid=x", "https://l.facebook.com/", Channel.SOCIAL),
        ("fbclid=x", None, Channel.DIRECT),
        ("srsltid=x", GOOGLE, Channel.SEARCH),
        ("gclid=x&utm_medium=email", GOOGLE, Channel.PAID),
        ("gclid=x&via=ada", GOOGLE, Channel.AFFILIATE),
    ],
)
def test_click_ids_that_are_empty_other_or_outdone(query: str, referrer: str | None, channel: Channel) -> None:
    assert arrived(query, referrer).channel is channel


@pytest.mark.parametrize(
    ("medium", "referrer", "channel"),
    [
        ("cpc", GOOGLE, Channel.PAID),
        ("Paid_Social", None, Channel.PAID),
        ("paid+search", None, Channel.PAID),
        ("display", "https://blog.example.net/", Channel.PAID),
        ("E-Mail", None, Channel.EMAIL),
        ("newsletter", GOOGLE, Channel.EMAIL),
        ("social_media", None, Channel.SOCIAL),
        ("organic", None, Channel.SEARCH),
        ("organic", "https://www.reddit.com/", Channel.SOCIAL),
        ("referral", None, Channel.REFERRAL),
        ("affiliate", None, Channel.REFERRAL),
        ("podcast", None, Channel.DIRECT),
        ("podcast", "https://course.example/", Channel.INTERNAL),
    ],
)
def test_media(medium: str, referrer: str | None, channel: Channel) -> None:
    assert arrived(f"utm_medium={medium}", referrer).channel is channel


@pytest.mark.parametrize(
    ("app", "channel"),
    [
        ("com.google.android.gm", Channel.EMAIL),
        ("com.google.android.googlequicksearchbox", Channel.SEARCH),
        ("com.Slack", Channel.SOCIAL),
        ("com.linkedin.android", Channel.SOCIAL),
        ("com.reddit.frontpage", Channel.SOCIAL),
        ("org.telegram.messenger", Channel.SOCIAL),
        ("com.instagram.android", Channel.SOCIAL),
        ("com.openai.chatgpt", Channel.REFERRAL),
        ("net.example.reader", Channel.REFERRAL),
    ],
)
@pytest.mark.parametrize("rest", ["", "/", "/https/www.example.com"])
def test_an_android_app_is_a_referrer(app: str, channel: Channel, rest: str) -> None:
    found = arrived(referrer=f"android-app://{app}{rest}")

    assert (found.referrer_host, found.channel) == (app.lower(), channel)


@pytest.mark.parametrize("host", ASSISTANTS.split())
def test_an_assistant_is_a_referral_of_its_own_host(host: str) -> None:
    assert channel_of_host(host) is Channel.REFERRAL


@pytest.mark.parametrize(("source", "channel"), [("chatgpt.com", Channel.REFERRAL), ("bsky", Channel.SOCIAL), ("spring", Channel.DIRECT)])
def test_a_listed_source_stands_in_for_a_missing_referrer(source: str, channel: Channel) -> None:
    assert arrived(f"utm_source={source}").channel is channel
    assert arrived(f"utm_source={source}", GOOGLE).channel is Channel.SEARCH


@pytest.mark.parametrize(
    ("host", "channel"),
    [
        ("google.com", Channel.SEARCH),
        ("google.com.br", Channel.SEARCH),
        ("lens.google.com", Channel.SEARCH),
        ("docs.google.com", Channel.REFERRAL),
        ("maps.google.com", Channel.REFERRAL),
        ("gemini.google.com", Channel.REFERRAL),
        ("mail.google.com", Channel.EMAIL),
        ("cn.bing.com", Channel.SEARCH),
        ("m.baidu.com", Channel.SEARCH),
        ("de.search.yahoo.com", Channel.SEARCH),
        ("finance.yahoo.com", Channel.REFERRAL),
        ("kagi.com", Channel.SEARCH),
        ("yandex.ru", Channel.SEARCH),
        ("amazon.com", Channel.REFERRAL),
        ("out.reddit.com", Channel.SOCIAL),
        ("x.com", Channel.SOCIAL),
        ("web.whatsapp.com", Channel.SOCIAL),
        ("news.ycombinator.com", Channel.SOCIAL),
        ("deref-gmx.net", Channel.EMAIL),
        ("eu1.outlook.office.com", Channel.EMAIL),
        ("googleads.g.doubleclick.net", Channel.PAID),
        ("trc.taboola.com", Channel.PAID),
        ("ada.substack.com", Channel.REFERRAL),
        ("en.wikipedia.org", Channel.REFERRAL),
        ("netflix.com", None),
        ("notfacebook.com", None),
        ("facebook.com.example", None),
        ("com", None),
    ],
)
def test_hosts(host: str, channel: Channel | None) -> None:
    assert channel_of_host(host) is channel


def test_the_page_s_own_host_is_internal_wherever_it_stands() -> None:
    found = arrived(referrer="https://staging.example.net/", here="https://staging.example.net/start")

    assert found.channel is Channel.INTERNAL
    assert not found.is_landing


@given(st.one_of(texts, texts.map("android-app://{}".format), texts.map("https://{}".format)))
def test_any_referrer_gives_a_sane_host_or_none(referrer: str) -> None:
    host = referring_host(referrer)

    assert host is None or (0 < len(host) <= 253 and "/" not in host)
    assert host is None or channel_of_host(host) in {None, *Channel}
    assert msgspec.json.encode(host)
