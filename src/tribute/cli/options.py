"""The options that many commands share. Apart from what commands say, because a server speaks and takes no Typer with it."""

from pathlib import Path
from typing import Annotated

import typer

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", metavar="DIR", help="Where everything is kept; default $TRIBUTE_HOME, else the platform's data folder."),
]
ResetOption = Annotated[
    bool, typer.Option("--reset-second-factor", help="Also take away the authenticator app, recovery codes and passkeys, which are lost.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for programs.")]
HostOption = Annotated[str | None, typer.Option("--host", help="Where to listen; 0.0.0.0 for every interface. Default 127.0.0.1.")]
PortOption = Annotated[int | None, typer.Option("--port", help="The port to listen on; 0 takes a free one. Default 8000.")]
