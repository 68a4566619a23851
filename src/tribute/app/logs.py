"""Structured logs on stderr, as text or JSON; the libraries' own lines go the same way. They hold no personal data.

An error is told by its type and the places it came through, never by its own words or the values at hand: those may be a visitor's.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from contextlib import suppress
from types import TracebackType
from typing import Any, TextIO, cast

import structlog

from tribute.settings import Settings

_FRAMES = 12
"""Places told of an error: the innermost, where the reason is."""


class _Forgiving:
    """A stream that loses lines rather than stop the work that tells of itself: logs often lie on the disk that has just become full."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            return self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


def configure_logging(settings: Settings) -> None:
    """Set logging up for this process."""
    stream = cast("TextIO", _Forgiving(sys.stderr))
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        errors_without_values,
    ]
    renderer = (
        structlog.processors.JSONRenderer() if settings.log_format == "json" else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
    handler = logging.StreamHandler(stream)
    formatter = structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared])
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)


def errors_without_values(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put `error` and `at` in the place of `exc_info`. A processor of structlog."""
    told = event.pop("exc_info", None)
    error = told if isinstance(told, BaseException) else told[1] if isinstance(told, tuple) else sys.exc_info()[1] if told else None
    if error is not None:
        event["error"] = type(error).__name__
        event["at"] = _places(error.__traceback__)
    return event


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename.rpartition('/src/')[2]}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-_FRAMES:]]
