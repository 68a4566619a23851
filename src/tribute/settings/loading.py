"""Reads the settings: flags before environment before `tribute.toml` in the home before defaults.

What is unknown or wrong stops the start with a sentence that names the setting, where it was set, and what is right.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tribute.kit.errors import InvalidInputError
from tribute.settings.definitions import SETTINGS, HomeUnusableError, Settings

PREFIX: Final = "TRIBUTE_"
CONFIG_FILE: Final = "tribute.toml"
_BY_NAME: Final = {setting.name: setting for setting in SETTINGS}


def default_home() -> Path:
    """The platform's folder for a user's data."""
    import platformdirs  # a server is told its home

    return Path(platformdirs.user_data_dir("tribute", appauthor=False))


def load_settings(flags: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read all sources. `flags` go by setting name (`HOME`, `PORT` …); one that is None was not given.

    Touches nothing on disk. Raises InvalidInputError for unknown and wrong settings, HomeUnusableError for an unreadable file.
    """
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    found: dict[str, Any] = {name: _read(name, value, _flag(name)) for name, value in given.items()}
    for name, value, source in _from_environment(os.environ if environ is None else environ):
        found.setdefault(name, None if name in found else _read(name, value, source))
    home = (found.get("HOME") or default_home()).expanduser().absolute()
    for name, value, source in _from_file(home / CONFIG_FILE):
        if name not in found:
            found[name] = _read(name, value, source)
    return Settings(**{name.lower(): value for name, value in found.items()} | {"home": home})


def _from_environment(environ: Mapping[str, str]) -> list[tuple[str, str, str]]:
    entries = []
    for variable in sorted(environ):
        if not variable.startswith(PREFIX):
            continue
        name, value = variable.removeprefix(PREFIX), environ[variable]
        plain = name.removesuffix("_FILE")
        if name not in _BY_NAME and plain in _BY_NAME and _BY_NAME[plain].from_file:
            if PREFIX + plain in environ:
                raise InvalidInputError(variable, f"{PREFIX}{plain} is set too; unset one of the two")
            entries.append((plain, _content(variable, Path(value)), variable))
        elif name in _BY_NAME:
            entries.append((name, value, variable))
        else:
            raise InvalidInputError(variable, _unknown(name, PREFIX))
    return entries


def _from_file(path: Path) -> list[tuple[str, Any, str]]:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):  # a home that is no folder is refused where it is made
        return []
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInputError(str(path), f"is not TOML: {error}") from error
    except OSError as error:
        raise HomeUnusableError(f"{path} cannot be read: {error.strerror}") from error
    entries = []
    for key, value in content.items():
        name = key.upper()
        plain = name.removesuffix("_FILE")
        source = f"{key} in {path}"
        if key != key.lower() or name == "HOME":
            raise InvalidInputError(
                source, "HOME says where this file is; set it outside" if name == "HOME" else f"write it as {key.lower()}"
            )
        if name not in _BY_NAME and plain in _BY_NAME and _BY_NAME[plain].from_file:
            entries.append((plain, _content(source, path.parent / _text(value, source)), source))
        elif name in _BY_NAME:
            entries.append((name, value, source))
        else:
            raise InvalidInputError(source, _unknown(name, "").lower())
    with_password = any("@" in str(content.get(url, "")).partition("?")[0] for url in ("database_url", "smtp_url"))
    holds_secret = "secret_key" in content or with_password
    if holds_secret and path.stat().st_mode & 0o077:
        raise InvalidInputError(str(path), f"holds a secret and others can read it; run chmod 600 {path}")
    return entries


def _read(name: str, value: Any, source: str) -> Any:
    try:
        return _BY_NAME[name].read(value)
    except ValueError as error:
        raise InvalidInputError(source, str(error)) from error


def _content(source: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise InvalidInputError(source, f"the file {path} cannot be read: {reason}") from error


def _text(value: Any, source: str) -> str:
    if not isinstance(value, str):
        raise InvalidInputError(source, "give the file's path as text")
    return value


def _flag(name: str) -> str:
    return "--" + name.lower().replace("_", "-")


def _unknown(name: str, prefix: str) -> str:
    import difflib  # only for who mistyped

    near = difflib.get_close_matches(name, _BY_NAME, 1)
    return "no such setting; " + (f"did you mean {prefix}{near[0]}?" if near else f"there are {', '.join(_BY_NAME)}")
