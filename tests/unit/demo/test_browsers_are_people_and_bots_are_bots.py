"""The demo's user agents read as what they are, by the same public list of crawlers that the rules use."""

import re
from random import Random

import crawleruseragents
import pytest
from ua_parser import parse

from tribute.demo.devices import BOTS, BROWSERS, draw_browser

CRAWLERS = re.compile("|".join(entry["pattern"] for entry in crawleruseragents.CRAWLER_USER_AGENTS_DATA))


def test_there_are_two_hundred_browsers_and_none_reads_as_a_bot() -> None:
    user_agents = {browser.user_agent for browser in BROWSERS}
    assert len(user_agents) >= 200
    assert [agent for agent in user_agents if CRAWLERS.search(agent)] == []


@pytest.mark.parametrize("bot", BOTS)
def test_every_bot_reads_as_one(bot: str) -> None:
    assert CRAWLERS.search(bot)


def test_every_browser_has_a_name_and_a_system() -> None:
    for browser in BROWSERS:
        told = parse(browser.user_agent)
        assert told.user_agent is not None, browser
        assert told.os is not None, browser


def test_people_update_over_the_year() -> None:
    def newest(progress: float) -> int:
        rng = Random(1)
        drawn = [draw_browser(rng, "desktop", progress).user_agent for _ in range(400)]
        return max(int(version) for agent in drawn for version in re.findall(r" Chrome/(\d+)", agent))

    assert newest(0.0) < newest(0.5) < newest(1.0)
