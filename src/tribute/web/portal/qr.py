"""A link as a QR code, to print and to show: SVG for print, PNG for the rest. Pure; used by the links page."""

from io import BytesIO
from typing import Final, Literal

Kind = Literal["svg", "png"]
MEDIA_TYPES: Final = {"svg": "image/svg+xml", "png": "image/png"}
_MODULE: Final = 12
"""Pixels a module: a short link's code is then about 400 pixels wide, enough for print in 3 cm."""


def qr_code(url: str, kind: Kind) -> bytes:
    """The image, black on white with the quiet zone that readers need; it can still be read with an eighth of it covered."""
    import segno  # with it come Python's XML libraries: only for those who print

    code = segno.make_qr(url, error="m")
    image = BytesIO()
    if kind == "svg":
        code.save(image, kind="svg", scale=_MODULE, light="white", xmldecl=False, omitsize=False, svgclass=None, lineclass=None)
    else:
        code.save(image, kind="png", scale=_MODULE, light="white")
    return image.getvalue()
