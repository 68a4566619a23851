"""Commands that cannot do what was asked say so in one sentence on stderr, beside a running server as without one, and leave no trace."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.served import Tribute, served

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("refusals")]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tribute]:
    with served(tmp_path_factory.mktemp("refusals") / "home") as tribute:
        yield tribute


def refused(tribute: Tribute, *arguments: str) -> str:
    ran = tribute.run(*arguments, check=False)
    assert (ran.returncode, ran.stdout) == (1, ""), ran.stderr
    assert ran.stderr.startswith("tribute: ")
    assert ran.stderr.count("\n") == 1
    return ran.stderr


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM events", "a SELECT"),
        ("SELECT 1; SELECT 2", "only one statement"),
        ("SELECT * FROM read_csv('/etc/passwd')", "read_csv is not available"),
        ("SELECT * FROM '/etc/passwd'", ""),
        ("SELECT nothing FROM events", "nothing"),
    ],
)
def test_sql_that_is_not_one_select(running: Tribute, statement: str, words: str) -> None:
    told = refused(running, "sql", statement)
    assert words in told
    assert "root:" not in told


def test_a_home_that_another_process_owns(running: Tribute) -> None:
    assert "is in use by another tribute process" in refused(running, "serve", "--port", "0")
    assert httpx.get(f"{running.url}/readyz", trust_env=False, timeout=60).text == "ready\n"


def test_a_port_in_use(running: Tribute, tmp_path: Path) -> None:
    port = running.url.rpartition(":")[2]
    other = Tribute(tmp_path / "other")
    assert f"port {port} on 127.0.0.1 cannot be had" in refused(other, "serve", "--port", port)
    assert not other.home.exists(), "nothing is made for a server that cannot start"


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "--home" in refused(Tribute(tmp_path / "file" / "home"), "serve", "--port", "0")
    for part in ("spool", "objects"):
        home = tmp_path / f"home-with-{part}"
        home.mkdir()
        (home / part).touch()  # where a folder should be; unlike a mode, it holds off root, too
        assert f"{home / part}" in refused(Tribute(home), "serve", "--port", "0")


def test_an_unknown_setting(tmp_path: Path) -> None:
    tribute = Tribute(tmp_path / "home", {"BUFER_SECONDS": "5"})
    assert "TRIBUTE_BUFER_SECONDS: no such setting; did you mean TRIBUTE_BUFFER_SECONDS?" in refused(tribute, "serve", "--port", "0")
    assert not tribute.home.exists()


def test_a_server_that_was_killed_leaves_the_home_usable(tmp_path: Path) -> None:
    tribute = Tribute(tmp_path / "home")
    tribute.start()
    tribute.kill()
    assert (tribute.home / "server.json").exists(), "its note stays behind"
    assert tribute.told("sql", "SELECT 1 AS one")["rows"] == [{"one": 1}]
    tribute.start()
    assert tribute.stop() == 0
