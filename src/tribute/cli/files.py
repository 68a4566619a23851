"""Files that commands take: JSON, read as what it must be, and plain texts."""

from pathlib import Path
from typing import TypeVar

import msgspec

from tribute.kit.errors import InvalidInputError

LARGEST_BYTES = 1024 * 1024
Content = TypeVar("Content")


def read_json(path: Path, kind: type[Content], option: str) -> Content:
    """What a file holds. Raises InvalidInputError, which names the option and, where it is known, the place in the file."""
    content = _read(path, option)
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInputError(option, f"{path} is not what is needed: {error}") from error


def read_text(path: Path, option: str) -> str:
    """The text in a file, in UTF-8. Raises InvalidInputError, which names the option."""
    try:
        return _read(path, option).decode()
    except UnicodeDecodeError as error:
        raise InvalidInputError(option, f"{path} is no text in UTF-8") from error


def _read(path: Path, option: str) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise InvalidInputError(option, f"{path} cannot be read ({error.strerror})") from error
    if len(content) > LARGEST_BYTES:
        raise InvalidInputError(option, f"{path} is larger than {LARGEST_BYTES} bytes")
    return content
