"""A test that cannot run is named with its reason; in CI it has failed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CANNOT_RUN = 'import pytest\n\ndef test_with_a_part_that_is_missing():\n    pytest.skip("needs a thing that is not here")\n'


@pytest.mark.slow
@pytest.mark.parametrize(("ci", "code", "told"), [("", 0, "1 skipped"), ("true", 1, "1 failed")])
def test_a_skip_is_told_and_in_ci_a_failure(tmp_path: Path, ci: str, code: int, told: str) -> None:
    (tmp_path / "test_skipping.py").write_text(CANNOT_RUN)
    command = [sys.executable, "-m", "pytest", "-p", "tests.support.strictness", "-c", str(ROOT / "pyproject.toml"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=os.environ | {"CI": ci}, timeout=60)
    assert done.returncode == code, done.stdout
    assert told in done.stdout
    assert "needs a thing that is not here" in done.stdout
