"""The `tribute` command from its arguments to its exit code; every error for people ends here.

Exit codes: 0 done, 1 failed with one sentence on stderr, 2 wrong usage.
"""

import os
import sys
from pathlib import Path
from traceback import extract_tb

from tribute.cli.output import fail
from tribute.cli.serving import plainly_asked, run
from tribute.kit.errors import TributeError


def main() -> None:
    """The entry point of the installed command."""
    os.umask(0o077)  # what is kept in a home is its owner's alone, whatever made the folder
    try:
        _run(sys.argv[1:])
    except TributeError as error:
        fail(str(error))
        sys.exit(1)
    except OSError as error:  # what no room foresaw: a full disk behind `>`, a folder that may not be read
        where = f" ({error.filename})" if error.filename else ""
        fail(f"the system refuses: {error.strerror or error}{where}; look at free space, permissions and where the output goes")
        sys.exit(1)
    except KeyboardInterrupt:  # before a server listens to it
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 -- the edge: a person gets a sentence, not a traceback, whose values may be a visitor's
        place = extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} in {place.name}, line {place.lineno} of {Path(place.filename).name}"
        fail(f"this failed in a way that nobody foresaw ({where}); `tribute doctor` and the server's log may tell more")
        sys.exit(1)


def _run(arguments: list[str]) -> None:
    asked = plainly_asked(arguments)
    if asked is not None:
        run(asked)
        return
    from tribute.cli.commands import app  # only here: a server does without

    app()
