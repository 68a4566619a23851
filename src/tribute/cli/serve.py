"""`tribute serve`: all roles in one process, until SIGTERM."""

from typing import Annotated

import typer

from tribute.cli.output import HomeOption, JsonOption, Output, aside
from tribute.cli.plain_structlog import load_structlog_without_rich

HostOption = Annotated[str | None, typer.Option("--host", help="Where to listen; 0.0.0.0 for every interface. Default 127.0.0.1.")]
PortOption = Annotated[int | None, typer.Option("--port", help="The port to listen on; 0 takes a free one. Default 8000.")]


def serve(host: HostOption = None, port: PortOption = None, home: HomeOption = None, json: JsonOption = False) -> None:
    """Serve a home: collect, deliver, load, answer. Prints one line when it is ready; SIGTERM drains and stops.

    While nobody owns the home, a link to become its owner is printed on stderr before that.
    """
    load_structlog_without_rich()
    from tribute.app.serving import serve as serve_home
    from tribute.settings import load_settings

    output = Output(as_json=json)
    settings = load_settings({"HOME": home, "HOST": host, "PORT": port})
    serve_home(
        settings,
        on_ready=lambda url: output.result({"url": url}, f"Tribute is ready at {url}"),
        on_unowned=lambda url: aside(f"Nobody owns this home yet. Become its owner, once, at:\n{url}"),
    )
