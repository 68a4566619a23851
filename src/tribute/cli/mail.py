"""`tribute mail …`: whether mails arrive."""

from typing import Annotated

import typer

from tribute.cli.options import HomeOption, JsonOption
from tribute.cli.output import Output

app = typer.Typer(no_args_is_help=True, help="The mails that Tribute sends.")


@app.command("test")
def send_test(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Where it goes: a mailbox of yours.")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Send a test mail with the settings at hand, at once, and say what the mail server answered."""
    from tribute.app.mail import send_trial
    from tribute.kit.clock import SystemClock
    from tribute.settings import load_settings

    server = send_trial(load_settings({"HOME": home}), address, SystemClock())
    told = f"{server.place} took the mail to {address}. Look whether it arrived, and that it is not among the spam."
    Output(as_json=json).result({"to": address, "from": server.sender_address, "server": server.place}, told)
