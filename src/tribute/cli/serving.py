"""Starts a server, without the command line's libraries where the arguments are plain. Called by `main`, and by `serve` for the others.

Typer reads arguments with pydantic: both are 20 MB and a sixth of a second, which a server would keep and never need again.
"""

import gc
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tribute.cli.output import Output, aside
from tribute.cli.plain_structlog import load_structlog_without_rich


class Asked(NamedTuple):
    """The options of `tribute serve`; None for what was not given."""

    host: str | None = None
    port: int | None = None
    home: Path | None = None
    json: bool = False


def plainly_asked(arguments: Sequence[str]) -> Asked | None:
    """What is asked of a server, if that is all that is asked and it is said without a mistake; None is for Typer to read and explain."""
    if not arguments or arguments[0] != "serve":
        return None
    asked = Asked()
    words = iter(arguments[1:])
    for word in words:
        option, has_value, value = word.partition("=")
        if not has_value and option != "--json":
            value = next(words, "")
        match option, value:
            case "--json", "" if not has_value:
                asked = asked._replace(json=True)
            case (_, text) if not text or text.startswith("-"):
                return None
            case "--host", host:
                asked = asked._replace(host=host)
            case "--home", home:
                asked = asked._replace(home=Path(home))
            case "--port", port if port.isascii() and port.isdecimal():
                asked = asked._replace(port=int(port))
            case _:
                return None
    return asked


def run(asked: Asked) -> None:
    """Serve until SIGTERM. Raises TributeError when the home cannot be opened or the port not be had."""
    gc.disable()  # until all is loaded: what is being loaded is no garbage, and to search it again and again is a tenth of the start
    load_structlog_without_rich()
    from tribute.app.serving import serve
    from tribute.settings import load_settings

    output = Output(as_json=asked.json)
    settings = load_settings({"HOME": asked.home, "HOST": asked.host, "PORT": asked.port})
    serve(
        settings,
        on_ready=lambda url: output.result({"url": url}, f"Tribute is ready at {url}"),
        on_unowned=lambda url: aside(f"Nobody owns this home yet. Become its owner, once, at:\n{url}"),
    )
