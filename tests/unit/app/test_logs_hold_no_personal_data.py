"""An error's own words, and the values around it, may be a visitor's: logs tell its type and its places only, in both formats."""

import json
import logging
from pathlib import Path
from typing import Literal

import pytest
import structlog

from tribute.app.logs import configure_logging
from tribute.settings import Settings

VISITOR = "ada@example.com from 203.0.113.9"


def fail() -> None:
    address = VISITOR
    raise ValueError(f"cannot read {address}")


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize("through", ["structlog", "logging"])
def test_an_error_is_told_without_its_words(
    log_format: Literal["text", "json"], through: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(Settings(home=tmp_path, log_format=log_format))
    try:
        fail()
    except ValueError:
        if through == "structlog":
            structlog.get_logger("tribute").exception("reading_failed", source="s-1")
        else:
            logging.getLogger("a.library").exception("reading_failed")
    told = capsys.readouterr().err
    assert "reading_failed" in told
    assert "ValueError" in told
    assert "fail" in told
    assert "203.0.113.9" not in told
    assert "ada@example.com" not in told
    if log_format == "json":
        assert json.loads(told)["error"] == "ValueError"
