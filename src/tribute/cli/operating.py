"""Performs an operation on a home's events where they are owned: in the running server, or here when none runs. For the event commands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Progress = Callable[[dict[str, Any]], None]


def perform(home: Path | None, operation: str, arguments: dict[str, Any] | None = None, *, set_aside_damaged: bool = False) -> Any:
    """The operation's result, with its progress on stderr when that is a terminal. Raises TributeError."""
    from tribute.app.ownership import running_server
    from tribute.settings import load_settings

    settings = load_settings({"HOME": home})
    server = running_server(settings.home)
    with _progress_bar() as tell:
        if server is not None:
            from tribute.app.control import ControlClient

            return ControlClient(server).perform(operation, arguments or {}, tell)
        from tribute.app.logs import configure_logging
        from tribute.app.operations import Operations
        from tribute.app.parts import Parts

        configure_logging(settings)
        with Parts.open(settings, set_aside_damaged=set_aside_damaged) as parts:
            return Operations(parts).perform(operation, arguments or {}, tell)


@contextmanager
def _progress_bar() -> Iterator[Progress]:
    """A bar on stderr while something long works; nothing where nobody watches."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, visible=False)
        yield lambda news: bar.update(task, completed=news["done"], total=news["total"], description=news["what"], visible=True)
