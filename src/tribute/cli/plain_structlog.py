"""Loads structlog without rich, which it loads for colourful errors that a server's log never shows. Called by `serve`, before all else.

With rich come 80 modules: 5 MB of memory and a fifteenth of the time until a server is ready. Structlog has no setting for it, only the
question whether rich is installed; other commands draw their tables and progress with rich as before.
"""

import sys


def load_structlog_without_rich() -> None:
    """Load structlog, telling it that there is no rich. Does nothing where either is loaded already."""
    if "structlog" in sys.modules or "rich" in sys.modules:
        return
    sys.modules["rich"] = None  # type: ignore[assignment]  # Python's own way to say that a module is not there
    try:
        import structlog  # noqa: F401  for whoever asks later
    finally:
        del sys.modules["rich"]
