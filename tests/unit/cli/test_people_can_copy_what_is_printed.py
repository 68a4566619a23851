"""Without --json: words and tables whose keys and addresses are never broken or taken for markup."""

import subprocess
import sys

from tests.support.cli import Tribute


def test_tables_keep_keys_whole_and_names_as_they_are(tribute: Tribute) -> None:
    name = "[bold]Very long name of a course[/bold] " + "x" * 50
    added = tribute.json("website", "add", "--name", name, "--domain", "a-rather-long-domain-name.of-a-course.example")
    ran = tribute("website", "list", env={"COLUMNS": "40"})
    assert ran.code == 0
    heading, line = ran.out.splitlines()
    assert heading.split()[:2] == ["Name", "Domain"]
    assert name in line
    assert added["write_key"] in line


def test_addresses_stand_on_a_line_of_their_own(tribute: Tribute) -> None:
    ran = tribute("owner", "add", "--email", "o@example.com", env={"COLUMNS": "20"})
    assert ran.out.splitlines()[-1].startswith("http://127.0.0.1:8000/sign-in/")


def test_an_empty_list_says_what_to_do(tribute: Tribute) -> None:
    assert tribute("affiliate", "list").out == "No affiliates yet; `tribute affiliate add` adds one.\n"
    assert tribute.json("affiliate", "list") == []


def test_help_loads_nothing_heavy() -> None:
    """Checked by what is imported, because a clock would tell about the machine."""
    heavy = {"sqlalchemy", "alembic", "duckdb", "pyarrow", "litestar", "httpx"}
    code = f"import sys; from tribute.cli import commands; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
