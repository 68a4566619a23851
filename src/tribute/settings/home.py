"""The home as settings know it: made on first use, for its user only, with the installation's secret in it."""

import os
import secrets
from pathlib import Path
from typing import Final

from tribute.settings.definitions import HomeUnusableError, Settings

SECRET_FILE: Final = "secret.key"  # noqa: S105 -- a file's name


def prepare_home(home: Path) -> None:
    """Make the home where it is missing, for its user only, and see that it can be written. Idempotent. Raises HomeUnusableError."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise HomeUnusableError(f"the home {home} cannot be made: {error.strerror}; give another with --home") from error
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        raise HomeUnusableError(f"the home {home} cannot be written by this user; change its owner, or give another with --home")


def secret_key(settings: Settings) -> bytes:
    """The installation's secret: the one that is set, else the home's own, made on first use with mode 0600.

    Processes that start at once agree on one. Raises HomeUnusableError.
    """
    if settings.secret_key is not None:
        return settings.secret_key.encode()
    path = settings.home / SECRET_FILE
    try:
        if not path.exists():
            _make_secret(path)
        key = path.read_bytes().strip()
    except OSError as error:
        raise HomeUnusableError(f"{path} cannot be read or made: {error.strerror}") from error
    if len(key) < 32:
        raise HomeUnusableError(f"{path} is damaged: it holds no key; restore it from a backup")
    return key


def _make_secret(path: Path) -> None:
    """Write aside, sync, then link into place: whoever reads it sees a whole key, and of two makers one wins."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:  # another process was first
        return
    finally:
        draft.unlink(missing_ok=True)
