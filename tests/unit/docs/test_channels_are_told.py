"""What `docs/reading-numbers.md` says of channels names every advertisement's click id, and only assistants that are referrals."""

import re

from tests.support.documents import ROOT
from tribute.events.channels import PAID_CLICK_IDS
from tribute.events.derived import Channel
from tribute.events.referrers import channel_of_host

CHANNELS = (ROOT / "docs/reading-numbers.md").read_text("utf-8").partition("### Channels")[2].partition("\n### ")[0]


def test_every_click_id_is_named() -> None:
    told = re.findall(r"`(\w+)`", CHANNELS.partition("These are ")[2].partition(";")[0])

    assert told == list(PAID_CLICK_IDS)


def test_the_assistants_named_are_referrals() -> None:
    told = re.findall(r"[a-z]+(?:\.[a-z]+)+", CHANNELS.partition("assistants such as ")[2].partition(";")[0])

    assert len(told) == 5
    assert {channel_of_host(host) for host in told} == {Channel.REFERRAL}
