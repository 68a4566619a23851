"""Two processes never write to one spool."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.spools import append, events, open_spool, payloads
from tribute.kit.errors import ConflictError, TributeError

_ROOT = Path(__file__).parents[3]
_TAKE = """
import sys
from pathlib import Path
from tests.support.spools import open_spool
from tribute.kit.errors import ConflictError
try:
    open_spool(Path(sys.argv[1])).close()
except ConflictError as error:
    print(error)
"""


def _take_in_another_process(folder: Path) -> str:
    command = [sys.executable, "-c", _TAKE, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, cwd=_ROOT)
    return done.stdout.strip()


def test_another_process_is_told_who_has_it(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    said = _take_in_another_process(tmp_path)
    assert said == f"the spool in {tmp_path} is in use by process {os.getpid()}; stop that process or choose another home."
    append(spool, events(1))
    spool.close()
    assert _take_in_another_process(tmp_path) == ""


def test_it_cannot_be_opened_twice_in_one_process_either(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    with pytest.raises(ConflictError):
        open_spool(tmp_path)
    append(spool, events(1))
    assert payloads(spool) == events(1)
    spool.close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TributeError, match=r"the spool in .*/file/spool cannot be used"):
        open_spool(tmp_path / "file" / "spool")


def test_its_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "spool"
    spool = open_spool(folder)
    append(spool, events(1))
    spool.close()
    assert folder.stat().st_mode & 0o077 == 0
    assert [path.name for path in folder.iterdir() if path.stat().st_mode & 0o077] == []
