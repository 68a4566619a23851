"""A log line that cannot be written is lost and nothing else: its file may lie on the disk that is full, its reader may be gone."""

import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import pytest
import structlog

from tribute.app.logs import configure_logging
from tribute.settings import Settings


def full_disk() -> TextIO:
    return Path("/dev/full").open("w", buffering=1)


def reader_who_left() -> TextIO:
    reading, writing = os.pipe()
    os.close(reading)
    return os.fdopen(writing, "w", buffering=1)


@pytest.mark.parametrize("opened", [full_disk, reader_who_left])
def test_lines_are_lost_in_silence(opened: Callable[[], TextIO], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = opened()
    monkeypatch.setattr(sys, "stderr", broken)  # here, not in a fixture: pytest puts its own back between the two
    configure_logging(Settings(home=tmp_path))
    for _ in range(3):
        structlog.get_logger("tribute").error("disk_is_full")
        logging.getLogger("a.library").error("disk_is_full")
    with pytest.raises(OSError, match=r"No space left|Broken pipe"):
        print("this stream is broken", file=broken, flush=True)
    with suppress(OSError):
        broken.close()
