"""The least images of 300 × 250 pixels that tell their kind and size; nothing draws them."""

_SIZE = (300).to_bytes(4) + (250).to_bytes(4)
PNG = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + b"IHDR" + _SIZE + bytes((8, 2, 0, 0, 0)) + bytes(16)

_FRAME = b"\xff\xc0" + (11).to_bytes(2) + b"\x08" + (250).to_bytes(2) + (300).to_bytes(2) + bytes(8)
JPEG = b"\xff\xd8\xff\xe0" + (16).to_bytes(2) + bytes(14) + _FRAME

_CANVAS = bytes(4) + (299).to_bytes(3, "little") + (249).to_bytes(3, "little")
WEBP = b"RIFF" + (22).to_bytes(4, "little") + b"WEBPVP8X" + (10).to_bytes(4, "little") + _CANVAS
