"""The command on a home that is not there yet."""

from pathlib import Path

import pytest

from tests.support.cli import Tribute


@pytest.fixture
def tribute(tmp_path: Path) -> Tribute:
    return Tribute(tmp_path / "home")
