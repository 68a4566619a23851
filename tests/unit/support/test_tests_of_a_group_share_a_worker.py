"""`make test` sends a group's tests to one worker, so that what they share is started once; pytest and pytest-xdist must agree on how."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

GROUPED = """
import os
from pathlib import Path

import pytest

@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("number", range(8))
def test_tells_its_worker(number):
    Path(f"told-{number}").write_text(os.environ["PYTEST_XDIST_WORKER"])
"""


@pytest.mark.slow
def test_a_group_is_not_divided(tmp_path: Path) -> None:
    (tmp_path / "test_grouped.py").write_text(GROUPED)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "-c", os.devnull, "--rootdir", ".", "."]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    told = [file.read_text() for file in tmp_path.glob("told-*")]
    assert len(told) == 8
    assert len(set(told)) == 1
