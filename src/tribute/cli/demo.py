"""`tribute demo` and `tribute simulate`: something to look at, made through the public doors."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tribute.cli.options import HomeOption, JsonOption, PortOption
from tribute.cli.output import Output

if TYPE_CHECKING:
    from tribute.cli.demo_home import DemoHome, SignIn

_SHOWN_AFFILIATES = (0, 4, 19)
"""By rank: the most successful one, a good one, a small one."""
_TRICKLE_PER_SECOND = 2.0


def show(
    home: HomeOption = None,
    port: PortOption = None,
    scale: Annotated[float, typer.Option("--scale", min=0.001, max=10, help="1 is a year of more than 300,000 page views.")] = 1.0,
    json: JsonOption = False,
) -> None:
    """Fill a home with a believable year, serve it with a trickle of live visits, and print sign-in links. Ctrl-C stops it."""
    from tribute.cli.demo_home import DemoHome
    from tribute.settings import load_settings

    demo = DemoHome(load_settings({"HOME": home, "PORT": port}))
    with suppress(KeyboardInterrupt), demo.serving() as url:  # at any moment, also while the server starts
        if not demo.is_filled():
            _fill(demo, url, scale)
        owner, affiliates = demo.sign_ins(_SHOWN_AFFILIATES)
        data = {"url": url, "owner": owner._asdict(), "affiliates": [one._asdict() for one in affiliates]}
        Output(as_json=json).result(data, _invitation(url, owner, affiliates))
        demo.trickle(url, _TRICKLE_PER_SECOND)


def _fill(demo: "DemoHome", url: str, scale: float) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("A year of visits"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)
        demo.fill(url, scale, lambda done, total: bar.update(task, completed=done, total=max(done, total)))


def _invitation(url: str, owner: "SignIn", affiliates: "list[SignIn]") -> str:
    lines = [f"Tribute is ready at {url}", "", "Sign in as an affiliate (each link works once):"]
    lines += [f"  {one.name} ({one.code}): {one.sign_in_url}" for one in affiliates]
    lines += ["", "Sign in as the owner (choose a password):", f"  {owner.sign_in_url}", "", "Ctrl-C stops it. The next start is quick."]
    return "\n".join(lines)


def simulate(
    url: Annotated[str | None, typer.Option("--url", help="The server; default the one that runs on the home.")] = None,
    website: Annotated[list[str] | None, typer.Option("--website", help="Id, domain or name; default all of the home.")] = None,
    rate: Annotated[float, typer.Option("--rate", help="Page views a second.")] = 2.0,
    seconds: Annotated[float | None, typer.Option("--seconds", help="How long; default until Ctrl-C.")] = None,
    events: Annotated[int | None, typer.Option("--events", min=1, help="How many; default until Ctrl-C.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="The same seed makes the same visits.")] = 0,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Send live traffic through the public doors, for trying things out: visits with the home's affiliates' codes."""
    from tribute.cli.ledger import open_ledger
    from tribute.demo.simulate import simulate as send_traffic
    from tribute.kit.errors import InvalidInputError, NotFoundError
    from tribute.ledger.affiliates import Affiliates
    from tribute.ledger.websites import Websites

    with open_ledger(home) as ledger, ledger.database.reading() as session:
        websites = Websites(session, ledger.clock)
        chosen = [websites.by_name(name) for name in website] if website else list(websites.all())
        codes = [one.code for one in Affiliates(session, ledger.clock).all()]
        base = url or _served_at(ledger.settings.home)
    write_keys = {one.domain: one.write_key for one in chosen if one is not None}
    if website and len(write_keys) < len(website):
        raise NotFoundError("no website is called so; `tribute website list` shows them")
    if not write_keys:
        raise InvalidInputError("--website", "the home has no website yet; `tribute website add` adds one")
    report = send_traffic(base, write_keys, affiliates=codes, events_per_second=rate, seconds=seconds, events=events, seed=seed)
    data: dict[str, Any] = {"accepted": report.accepted, "statuses": report.statuses, "seconds": round(report.seconds, 3)}
    Output(as_json=json).result(data, f"{report.accepted:,} events accepted in {report.seconds:.1f} s.")


def _served_at(home: Path) -> str:
    from tribute.app.ownership import running_server
    from tribute.kit.errors import NotFoundError

    server = running_server(home)
    if server is None:
        raise NotFoundError(f"no server runs on the home {home}; start one with `tribute serve`, or name one with --url")
    return server.url
