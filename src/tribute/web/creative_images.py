"""Banners' images, for anyone who looks at a site that shows one: an affiliate's page is another origin, and has no session here.

They never change, so browsers keep them; they say nothing of whoever asks, and nothing in them runs.
"""

from asyncio import to_thread
from typing import Final

from tribute.kit.asgi import Receive, Scope, Send
from tribute.kit.ids import is_id
from tribute.reports.creatives import CreativeReports

CREATIVES: Final = "/creatives/"
_EVERY: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)
_KEPT: Final = (b"cache-control", b"public, max-age=604800, immutable")


class CreativeImages:
    """An ASGI application that answers `/creatives/<id>` with the image."""

    def __init__(self, reports: CreativeReports) -> None:
        self._reports = reports

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 -- ASGI's signature
        name = scope["path"].removeprefix(CREATIVES)
        found = await to_thread(self._reports.image, name) if is_id(name) and scope["method"] in {"GET", "HEAD"} else None
        if found is None:
            await send({"type": "http.response.start", "status": 404, "headers": [*_EVERY, (b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
            return
        media_type, image = found
        told = ((b"content-type", media_type.encode()), (b"content-length", str(len(image)).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": [*_EVERY, *told, _KEPT]})
        await send({"type": "http.response.body", "body": image if scope["method"] == "GET" else b""})
