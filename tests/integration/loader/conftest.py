"""The loader's surroundings for its integration tests: a whole pipeline in a temporary folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pipeline import Pipeline


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[Pipeline]:
    with Pipeline(tmp_path) as pipeline:
        yield pipeline
