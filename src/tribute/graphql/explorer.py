"""GraphiQL for browsers: a page without data of its own, and the vendored files it is made of. Nothing is loaded from elsewhere."""

from urllib.parse import parse_qs

from tribute.kit.asgi import Receive, Scope, Send, header, respond
from tribute.kit.packaged_files import PackagedFiles

_FILES_BELOW = "/graphql/files"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphQL · Tribute</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{graphiql_css}">
<link rel="stylesheet" href="{explorer_css}">
</head>
<body>
<div id="explorer"><noscript><p>This page needs scripts. The API itself does not: send queries to /graphql with POST.</p></noscript></div>
<script src="{react}"></script>
<script src="{react_dom}"></script>
<script src="{graphiql}"></script>
<script type="module" src="{explorer}"></script>
</body>
</html>
"""
_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src data:; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Explorer:
    """Answers browsers that open `/graphql` as a page."""

    def __init__(self) -> None:
        self._files = PackagedFiles("tribute.graphql", "static", prefix=_FILES_BELOW)
        address = self._files.address
        self._page = _PAGE.format(
            graphiql_css=address("vendor/graphiql-3.9.0.min.css"),
            explorer_css=address("explorer.css"),
            react=address("vendor/react-18.3.1.production.min.js"),
            react_dom=address("vendor/react-dom-18.3.1.production.min.js"),
            graphiql=address("vendor/graphiql-3.9.0.min.js"),
            explorer=address("explorer.js"),
        ).encode()

    def answers(self, scope: Scope) -> bool:
        """Whether this is a browser looking for a page, or for one of its files, and not a query sent with GET."""
        if scope["path"].startswith(_FILES_BELOW + "/"):
            return True
        if scope["path"].rstrip("/") != "/graphql" or scope["method"] != "GET":
            return False
        return "text/html" in (header(scope, b"accept") or "") and b"query" not in parse_qs(scope["query_string"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(_FILES_BELOW + "/"):
            await self._files(scope, receive, send)
            return
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-security-policy", _POLICY),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"cache-control", b"no-cache"),
        ]
        await respond(send, 200, headers, self._page)
