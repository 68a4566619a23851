"""Where links lead is remembered: a change is seen, and while the ledger is away a link that was followed before still leads there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ledger import clock_at, new_ledger
from tribute.app import link_table
from tribute.app.link_table import LedgerLinkTable
from tribute.collector.port import LedgerUnavailableError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database
from tribute.ledger.links import Links
from tribute.ledger.websites import Websites


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(link_table, "_RECHECK_SECONDS", 0.0)
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


def take_away(ledger: Database) -> None:
    Path(ledger.name).rename(Path(ledger.name).with_suffix(".away"))


def test_a_link_is_found_by_code_or_id(ledger: Database) -> None:
    table = LedgerLinkTable(ledger, clock_at())
    link = table.link("ada", "spring")
    assert link is not None
    assert (link.destination.url, link.sub_id) == ("https://course.example/spring", "bio")
    with ledger.reading() as session:
        ada = Affiliates(session, clock_at()).by_code("ada")
    assert ada is not None
    assert table.link(ada.id, "SPRING") == link
    assert [table.link(code, slug) for code, slug in (("bob", "spring"), ("ada", "autumn"), ("\x00", "\ud800"))] == [None] * 3


def test_websites_tell_their_hosts_and_front_page(ledger: Database) -> None:
    (landing,) = LedgerLinkTable(ledger, clock_at()).landings()
    assert landing.hosts == {"course.example", "www.course.example", "academy.example", "www.academy.example"}
    assert (landing.front.url, landing.enabled, landing.link_parameters[0]) == ("https://course.example/", True, "via")


def test_a_change_is_seen(ledger: Database) -> None:
    table = LedgerLinkTable(ledger, clock_at())
    assert table.link("ada", "autumn") is None
    assert table.landings()[0].enabled
    with ledger.session() as session:
        websites, ada = Websites(session, clock_at()), Affiliates(session, clock_at()).by_code("ada")
        (site,) = websites.all()
        assert ada is not None
        Links(session, clock_at()).add(ada.id, site.id, slug="autumn")
        websites.set_enabled(site.id, enabled=False)
        websites.configure(site.id, default_url="https://academy.example/start")
    autumn, front = table.link("ada", "autumn"), table.link("ada", "front")
    assert autumn is not None
    assert front is not None
    assert autumn.destination.url == front.destination.url == "https://academy.example/start"
    assert not table.landings()[0].enabled


def test_what_was_known_stays_known_while_the_ledger_is_away(ledger: Database) -> None:
    table = LedgerLinkTable(ledger, clock_at())
    known, landings = table.link("ada", "spring"), table.landings()
    take_away(ledger)
    assert table.link("ada", "spring") == known
    assert table.landings() == landings
    with pytest.raises(LedgerUnavailableError):
        table.link("ada", "front")


def test_with_no_memory_a_ledger_that_is_away_is_told(ledger: Database) -> None:
    table = LedgerLinkTable(ledger, clock_at())
    take_away(ledger)
    with pytest.raises(LedgerUnavailableError):
        table.landings()
    with pytest.raises(LedgerUnavailableError):
        table.link("ada", "spring")


def test_made_up_links_do_not_fill_the_memory(ledger: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_table, "_MOST_LINKS", 10)
    table = LedgerLinkTable(ledger, clock_at())
    for number in range(30):
        table.link("ada", f"made-up-{number}")
    assert len(table._links) == 10
