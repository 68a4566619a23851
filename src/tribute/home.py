"""The home: made on first use for its user only, the installation's secret in it, and where people reach the server on it.

Only `cli` and `app` know it.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Final

from tribute.settings.definitions import HomeUnusableError, Settings

SECRET_FILE: Final = "secret.key"  # noqa: S105 -- a file's name
SERVER_FILE: Final = "server.json"
"""What a running server says of itself, among it `host`, `port` and `pid`; written by `app`."""


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


def public_url(settings: Settings) -> str:
    """The address to give to people: the one that is set, else the running server's, else where one would listen."""
    if settings.public_url is not None:
        return settings.public_url
    host, port = _running_server(settings.home) or (settings.host, settings.port)
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- only told, not listened on
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _running_server(home: Path) -> tuple[str, int] | None:
    """Where the server on this home says it listens; None without one, also when a killed one left its note behind."""
    try:
        note = json.loads((home / SERVER_FILE).read_bytes())
        host, port, pid = str(note["host"]), int(note["port"]), int(note["pid"])
        os.kill(pid, 0)  # asks only whether the process is there
    except (OSError, OverflowError, ValueError, KeyError, TypeError):
        return None
    return host, port


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
