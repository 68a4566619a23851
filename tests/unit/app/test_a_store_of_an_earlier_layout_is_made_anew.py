"""A server that finds a store with an earlier layout begins an empty one and loads everything again; other commands refuse."""

from pathlib import Path

import duckdb
import pytest

from tests.support.records import page_view
from tribute.analytics.port import Batch, Progress, StoreDamagedError, StoreOutdatedError
from tribute.app.freshness import data_as_of
from tribute.app.parts import Parts, append_and_wait
from tribute.ledger.websites import Websites
from tribute.settings import Settings

IMPORTED = Progress("import/x/1", 7, complete=True)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose store has one page view of a spool, a finished import, and the layout of the first version."""
    with Parts.open(Settings(home=tmp_path)) as parts:
        with parts.database.session() as session:
            website = Websites(session, parts.clock).add("Course", "course.example")
        append_and_wait(parts.spool, [page_view(1, website=website.id)])
        parts.loader.load_spool()
        parts.store.load(Batch([], [IMPORTED]))
        assert parts.store.counts()["page_views"] == 1
    set_layout(tmp_path, 1)
    return tmp_path


def set_layout(home: Path, version: int) -> None:
    with duckdb.connect(home / "analytics.duckdb") as old:
        old.execute("UPDATE internal.meta SET schema_version = ?", [version])


def test_the_server_loads_everything_again(home: Path) -> None:
    with Parts.open(Settings(home=home), renew_outdated=True) as parts:
        assert parts.store.counts()["page_views"] == 0
        assert data_as_of(parts)().year == 1970
        assert parts.store.progress() == {IMPORTED.source: IMPORTED}
        parts.loader.load_spool()
        assert parts.store.counts()["page_views"] == 1
        assert not parts.store.has_money()
    assert not list(home.glob("analytics.duckdb.*"))


def test_other_commands_refuse(home: Path) -> None:
    with pytest.raises(StoreOutdatedError, match="tribute rebuild"):
        Parts.open(Settings(home=home))


def test_a_later_layout_is_never_replaced(home: Path) -> None:
    set_layout(home, 99)
    with pytest.raises(StoreDamagedError, match="layout 99"):
        Parts.open(Settings(home=home), renew_outdated=True)


def test_a_layout_that_tells_no_progress_is_replaced_all_the_same(home: Path) -> None:
    with duckdb.connect(home / "analytics.duckdb") as old:
        old.execute("DROP TABLE internal.progress")
    with Parts.open(Settings(home=home), renew_outdated=True) as parts:
        assert parts.store.progress() == {}
