"""Where links lead is remembered: a change is seen, and while the ledger is away a link that was followed before still leads there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ledger import clock_at, new_ledger
from tribute.app import link_table
from tribute.app.link_table import LedgerLinkTable
from tribute.collector.port import LedgerUnavailableError, Link
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database
from tribute.ledger.links import Links
from tribute.ledger.websites import Websites


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Database]:
    database = new_ledger(tmp_path)
    with database.session() as session:
        websites = Websites(session, clock_at())
        site = websites.add("Course", "course.example")
        websites.map_source(site.id, host="academy.example")
        ada = Affiliates(session, clock_at()).add("Ada", "ada@affiliates.example", "ada")
        Links(session, clock_at()).add(ada.id, site.id, slug="spring", to="/spring", sub_id="bio")
        Links(session, clock_at()).add(ada.id, site.id, slug="front")
    yield database
    database.close()


def followed(table: LedgerLinkTable, code: str, slug: str) -> Link | None:
    """The link as the redirect's door gets it: out of memory, or after a look in a thread."""
    if not table.is_known(code, slug):
        table.look(code, slug)
    return table.link(code, slug)


def fresh(ledger: Database) -> LedgerLinkTable:
    table = LedgerLinkTable(ledger, clock_at())
    table.refresh()
    return table


def take_away(ledger: Database) -> None:
    Path(ledger.name).rename(Path(ledger.name).with_suffix(".away"))


def test_a_link_is_found_by_code_or_id(ledger: Database) -> None:
    table = LedgerLinkTable(ledger, clock_at())
    link = followed(table, "ada", "spring")
    assert link is not None
    assert (link.destination.url, link.sub_id) == ("https://course.example/spring", "bio")
    with ledger.reading() as session:
        ada = Affiliates(session, clock_at()).by_code("ada")
    assert ada is not None
    assert followed(table, ada.id, "SPRING") == link
    assert [followed(table, code, slug) for code, slug in (("bob", "spring"), ("ada", "autumn"), ("\x00", "\ud800"))] == [None] * 3


def test_websites_tell_their_hosts_and_front_page(ledger: Database) -> None:
    (landing,) = fresh(ledger).landings()
    assert landing.hosts == {"course.example", "www.course.example", "academy.example", "www.academy.example"}
    assert (landing.front.url, landing.enabled, landing.link_parameters[0]) == ("https://course.example/", True, "via")


def test_a_change_is_seen(ledger: Database) -> None:
    table = LedgerLinkTable(ledger, clock_at())
    assert followed(table, "ada", "autumn") is None
    assert table.landings()[0].enabled
    with ledger.session() as session:
        websites, ada = Websites(session, clock_at()), Affiliates(session, clock_at()).by_code("ada")
        (site,) = websites.all()
        assert ada is not None
        Links(session, clock_at()).add(ada.id, site.id, slug="autumn")
        websites.set_enabled(site.id, enabled=False)
        websites.configure(site.id, default_url="https://academy.example/start")
    table.refresh()
    autumn, front = followed(table, "ada", "autumn"), followed(table, "ada", "front")
    assert autumn is not None
    assert front is not None
    assert autumn.destination.url == front.destination.url == "https://academy.example/start"
    assert not table.landings()[0].enabled


def test_what_was_known_stays_known_while_the_ledger_is_away(ledger: Database) -> None:
    table = LedgerLinkTable(ledger, clock_at())
    known, landings = followed(table, "ada", "spring"), table.landings()
    take_away(ledger)
    assert followed(table, "ada", "spring") == known
    assert table.landings() == landings
    with pytest.raises(LedgerUnavailableError):
        followed(table, "ada", "front")


def test_with_no_memory_a_ledger_that_is_away_is_told(ledger: Database) -> None:
    table = LedgerLinkTable(ledger, clock_at())
    take_away(ledger)
    with pytest.raises(LedgerUnavailableError):
        table.landings()
    with pytest.raises(LedgerUnavailableError):
        followed(table, "ada", "spring")


def test_while_nothing_changes_the_ledger_is_asked_once(ledger: Database) -> None:
    table = fresh(ledger)
    for slug in ("spring", "made-up"):
        assert not table.is_known("ada", slug)
        table.look("ada", slug)
        assert table.is_known("ada", slug)


def test_a_flood_of_made_up_links_pushes_no_real_one_out(ledger: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_table, "_MOST_MISSES", 10)
    table = fresh(ledger)
    known = followed(table, "ada", "spring")
    for number in range(30):
        followed(table, "ada", f"made-up-{number}")
    assert (len(table._misses), len(table._links)) == (10, 1)
    take_away(ledger)
    assert table.link("ada", "spring") == known


def test_links_asked_for_longest_ago_are_forgotten_first(ledger: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_table, "_MOST_LINKS", 1)
    table = fresh(ledger)
    followed(table, "ada", "spring")
    followed(table, "ada", "front")
    assert (table.is_known("ada", "spring"), table.is_known("ada", "front")) == (False, True)
