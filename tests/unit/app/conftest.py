"""A home's parts, a portal, a ledger on every engine; and logging, which is set up for a process and given back by each test."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.support.ledger import ledger, ledger_url
from tests.support.portal import portal
from tribute.app.parts import Parts
from tribute.settings import Settings

__all__ = ["ledger", "ledger_url", "portal"]


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    with Parts.open(Settings(home=tmp_path)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
