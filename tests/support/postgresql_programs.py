"""Where PostgreSQL's programs lie. Apart from the server, so that what installs them needs nothing but Python."""

import shutil
from pathlib import Path


def binaries() -> Path | None:
    """The folder with PostgreSQL's programs; Debian keeps them off the path, a folder for each version."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name.zfill(4), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)
