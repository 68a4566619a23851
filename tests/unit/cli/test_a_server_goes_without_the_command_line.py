"""Plain arguments of `tribute serve` are read without Typer and pydantic, and read as these would; others are theirs to explain."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from tribute.cli.commands import app
from tribute.cli.serving import Asked, plainly_asked


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--json"],
        ["--port", "0", "--json", "--home", "/var/lib/tribute"],
        ["--host=0.0.0.0", "--port=8000"],
        ["--home", "relative/home", "--home", "~/another", "--host", "::1"],
    ],
)
def test_plain_arguments_mean_what_typer_reads_in_them(arguments: list[str]) -> None:
    read = typer.main.get_command(app).commands["serve"].make_context("serve", list(arguments)).params  # type: ignore[attr-defined]
    assert plainly_asked(["serve", *arguments]) == Asked(**read)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--help"],
        ["website", "list"],
        ["serve", "--help"],
        ["serve", "here"],
        ["serve", "--port"],
        ["serve", "--port", "many"],
        ["serve", "--port", "-1"],
        ["serve", "--port", ""],
        ["serve", "--home", "--json"],
        ["serve", "--json=yes"],
        ["serve", "--hose", "x"],
        ["--json", "serve"],
    ],
)
def test_whatever_has_to_be_explained_is_left_to_typer(arguments: list[str]) -> None:
    assert plainly_asked(arguments) is None


def test_a_server_loads_none_of_it(tmp_path: Path) -> None:
    """Up to where it opens its home, which here is a file."""
    (tmp_path / "home").touch()
    told = f"""
import sys
from tribute.cli.main import main

sys.argv = ["tribute", "serve", "--port", "0", "--home", {str(tmp_path / "home")!r}]
try:
    main()
except SystemExit:
    print([name for name in ("typer", "pydantic", "rich") if name in sys.modules], "tribute.app.serving" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[] True"
    assert "cannot be made" in ran.stderr
