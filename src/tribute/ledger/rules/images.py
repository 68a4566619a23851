"""What an uploaded image is, told by its first bytes and never by its name: PNG, JPEG or WebP, and how large. Pure.

SVG is refused: it can carry scripts. Sources: PNG (RFC 2083, IHDR), JPEG (ITU T.81, start of frame), WebP (RFC 9649).
"""

from dataclasses import dataclass
from typing import Final

from tribute.kit.errors import InvalidInputError

LARGEST_IMAGE: Final = 500_000
_MOST_PIXELS: Final = 4_096
_JPEG_SIZES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers of a JPEG's frame, which tells its size."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image with its size in pixels."""

    media_type: str
    width: int
    height: int
    data: bytes


def checked_image(data: bytes, field: str = "image") -> Image:
    """The image that these bytes are. Raises InvalidInputError for anything else, for one too large, or one of no size."""
    if len(data) > LARGEST_IMAGE:
        raise InvalidInputError(field, f"is larger than {LARGEST_IMAGE // 1000} KB; make it smaller")
    found = _png(data) or _jpeg(data) or _webp(data)
    if found is None:
        raise InvalidInputError(field, "is no PNG, JPEG or WebP image; SVG is not taken")
    if not (0 < found.width <= _MOST_PIXELS and 0 < found.height <= _MOST_PIXELS):
        raise InvalidInputError(field, f"is not between 1 and {_MOST_PIXELS} pixels wide and high")
    return found


def _png(data: bytes) -> Image | None:
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or data[12:16] != b"IHDR" or len(data) < 33:
        return None
    return Image("image/png", int.from_bytes(data[16:20]), int.from_bytes(data[20:24]), data)


def _jpeg(data: bytes) -> Image | None:
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker in _JPEG_SIZES:
            return Image("image/jpeg", int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7]), data)
        at += 2 + max(2, length)
    return None


def _webp(data: bytes) -> Image | None:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return None
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (1 + int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
    elif kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    elif kind == b"VP8 ":
        width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    else:
        return None
    return Image("image/webp", width, height, data)
