"""0 is done; 1 is failed, with one sentence on stderr and nothing on stdout; 2 is wrong usage."""

from pathlib import Path

import pytest

from tests.support.cli import Tribute
from tribute.cli import commands

ADD = ("website", "add", "--name", "A", "--domain", "a.example")


def assert_failed(tribute: Tribute, arguments: tuple[str, ...], sentence: str, env: dict[str, str] | None = None) -> None:
    ran = tribute(*arguments, env=env)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("tribute: ")
    assert ran.err.count("\n") == 1
    assert sentence in ran.err


def test_what_is_taken_or_wrong_or_unknown_fails(tribute: Tribute) -> None:
    tribute.json(*ADD)
    for arguments, sentence in (
        ((*ADD, "--json"), "a website named 'A' is there already; choose another name"),
        (("website", "add", "--name", "B", "--domain", "no domain"), "domain: is not a domain; give one like example.com"),
        (("affiliate", "add", "--name", "A", "--email", "a@x.org", "--code", "!"), "code: use 2 to 64"),
        (("affiliate", "sign-in-url", "--code", "nobody"), "no affiliate has the code 'nobody'"),
        (("token", "add", "--affiliate", "nobody"), "no affiliate has the code 'nobody'"),
        (("token", "revoke", "tok_none"), "no token has that id; `tribute token list` shows them"),
        (("website", "map", "--website", "nobody", "--host", "b.example"), "no website is called 'nobody'"),
    ):
        assert_failed(tribute, arguments, sentence)


@pytest.mark.slow
def test_the_installed_command_fails_alike(tribute: Tribute) -> None:
    ran = tribute.in_a_process("token", "revoke", "tok_none")
    assert (ran.code, ran.out, ran.err) == (1, "", "tribute: no token has that id; `tribute token list` shows them\n")
    assert tribute.in_a_process("token", "add").code == 2


def test_output_that_cannot_be_written_fails(tribute: Tribute) -> None:
    with Path("/dev/full").open("w") as full:
        ran = tribute.in_a_process("website", "list", "--json", out=full)
    assert ran.code == 1
    assert ran.err.startswith("tribute: the system refuses: No space left on device")
    assert ran.err.count("\n") == 1


def test_what_nobody_foresaw_fails_without_its_words(tribute: Tribute, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ValueError("ada@example.com is no number")

    monkeypatch.setattr(commands, "app", fail)
    assert_failed(tribute, ("doctor",), "(ValueError in fail, line ")
    assert "ada@example.com" not in tribute("doctor").err


def test_a_half_done_command_leaves_nothing(tribute: Tribute) -> None:
    add = ("affiliate", "add", "--name", "A", "--email", "a@x.org", "--code", "ada")
    tribute.json(*add)
    assert_failed(tribute, ("affiliate", "add", "--name", "B", "--email", "b@x.org", "--code", "ADA"), "never changes hands")
    assert len(tribute.json("affiliate", "list")) == 1


def test_wrong_settings_and_homes_fail(tribute: Tribute, tmp_path: Path) -> None:
    assert_failed(tribute, ADD, "TRIBUTE_PROT: no such setting; did you mean TRIBUTE_PORT?", {"TRIBUTE_PROT": "1"})
    (tmp_path / "file").touch()
    assert_failed(tribute, (*ADD, "--home", str(tmp_path / "file")), "cannot be made")
    assert not tribute.home.exists()
    tribute.home.mkdir()
    (tribute.home / "tribute.db").write_bytes(b"not a database at all" * 500)
    assert_failed(tribute, ADD, "restore it from a backup")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("website", "add", "--name", "A"),
        ("website", "add", "--bogus"),
        ("token", "add"),
        ("token", "add", "--owner", "--affiliate", "ada"),
        ("website", "map", "--website", "A"),
        ("website", "map", "--website", "A", "--host", "x.example", "--source-id", "y"),
    ],
)
def test_wrong_usage_is_2_and_touches_nothing(tribute: Tribute, arguments: tuple[str, ...]) -> None:
    ran = tribute(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err
    assert not tribute.home.exists()
