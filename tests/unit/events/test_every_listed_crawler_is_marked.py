"""Every real user agent that the crawler list shows as an example of a machine is marked as the kind that the list's tags say."""

from collections import Counter

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

from tribute.events.agents import agent
from tribute.events.derived import BotMark

PEOPLE_AFTER_ALL: frozenset[str] = frozenset()
"""Listed examples that are not marked. There are none; one that comes with a new list is written down here, with its reason."""

MARKED_AS_ANOTHER_KIND = {
    ("W3C-checklink", BotMark.CRAWLER),  # names its library too: libwww-perl
    ("Mozilla", BotMark.HEADLESS),  # YextBot, in a HeadlessChrome
}
"""Listed examples that fit an entry of another kind too, by their first word."""

EXAMPLES = {example: set(entry.get("tags", ())) for entry in CRAWLER_USER_AGENTS_DATA for example in entry.get("instances", ())}


def test_there_are_enough_of_them() -> None:
    assert len(EXAMPLES) > 2_000


def test_each_is_marked() -> None:
    assert {example for example in EXAMPLES if agent(example).bot is None} == PEOPLE_AFTER_ALL


def test_each_is_marked_as_its_tags_say() -> None:
    wanted = {"http-library": BotMark.CRAWLER, "browser-automation": BotMark.HEADLESS, "monitoring": BotMark.MONITORING}
    others = {
        (example.partition("/")[0], agent(example).bot)
        for example, tags in EXAMPLES.items()
        if agent(example).bot is not next((mark for tag, mark in wanted.items() if tag in tags), BotMark.CRAWLER)
    }

    assert others == MARKED_AS_ANOTHER_KIND


def test_a_marked_machine_tells_no_device() -> None:
    assert {agent(example).device for example in EXAMPLES} == {None}
    assert set(Counter(agent(example).bot for example in EXAMPLES)) == {BotMark.CRAWLER, BotMark.HEADLESS, BotMark.MONITORING}
