"""How long questions take to be answered: a histogram for `/metrics`, measured around the part."""

from prometheus_client import Histogram

from tribute.kit.asgi import AsgiApp, Receive, Scope, Send

_GRAPHQL_SECONDS = Histogram(
    "tribute_graphql_seconds",
    "Time to answer a GraphQL request over HTTP, in seconds.",
    buckets=(0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
)


def timed_graphql(app: AsgiApp) -> AsgiApp:
    """The application, with the time that each of its answers takes counted. A websocket is no answer."""

    async def timed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        with _GRAPHQL_SECONDS.time():
            await app(scope, receive, send)

    return timed
