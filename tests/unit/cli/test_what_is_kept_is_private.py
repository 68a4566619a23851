"""Nobody but its owner reads a home, also where the folder was there before with wider rights."""

import stat
from pathlib import Path

from tests.support.cli import Tribute


def test_files_of_a_home_are_their_owners_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    tribute = Tribute(home)
    tribute.json("website", "add", "--name", "Docs", "--domain", "docs.acme.example")
    assert tribute("doctor").code == 0
    made = [path for path in home.rglob("*") if path.is_file()]
    assert {"tribute.db", "analytics.duckdb", "home.lock"} <= {path.name for path in made}
    assert {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in made if path.stat().st_mode & 0o077} == {}
