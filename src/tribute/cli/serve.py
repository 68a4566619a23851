"""`tribute serve` as Typer knows it: what it helps with and whose mistakes it explains. Plain calls go past it, to `serving`."""

from tribute.cli.options import HomeOption, HostOption, JsonOption, PortOption
from tribute.cli.serving import Asked, run


def serve(host: HostOption = None, port: PortOption = None, home: HomeOption = None, json: JsonOption = False) -> None:
    """Serve a home: collect, deliver, load, answer. Prints one line when it is ready; SIGTERM drains and stops.

    While nobody owns the home, a link to become its owner is printed on stderr before that.
    """
    run(Asked(host, port, home, json))
