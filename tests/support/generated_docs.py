"""The parts of the documents that are made from the code: `python -m tests.support.generated_docs` writes them anew.

A part stands between `<!-- generated: NAME -->` and `<!-- end -->`; a test fails while one differs from what the code says.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import typer.main

from pictures import pages
from tests.support import timestream_docs
from tests.support.commission_examples import example_refunds, example_rules
from tests.support.documents import ROOT, documents
from tribute.analytics import sql_functions
from tribute.analytics.definitions import Grain, Metric, TimeWindow
from tribute.analytics.dimensions import Dimension
from tribute.analytics.query import Comparison
from tribute.attribution.reasons import EXPLAINED
from tribute.cli.commands import app
from tribute.collector.drops import DropReason
from tribute.events.derived import BotMark, Channel, DerivedEvent, TimeMark, VisitorKind
from tribute.events.lists import LISTS
from tribute.kit.clock import SystemClock
from tribute.rest.asking import PARAMETERS
from tribute.settings import SETTINGS
from tribute.store.duckdb.store import DuckDBEventStore

_PART = re.compile(r"(?P<begin><!-- generated: (?P<name>[a-z-]+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL)
_ON_EVERY_COMMAND = {"home", "json", "help"}
_TYPES = {"VARCHAR": "text", "TIMESTAMP": "time", "BIGINT": "number", "INTEGER": "number", "BOOLEAN": "yes or no"}
_VIEW_ORDER = ("events", "page_views", "websites", "affiliates")
_RENAMED = {"time": "event_time", "counted": "counted_copy"}
_OF_THE_VIEWS = {
    "website": "The website's unique name.",
    "website_id": "The website's id.",
    "name": "Of the event or page. In `websites`, the website's unique name.",
    "affiliate": "The affiliate's current primary code; nothing without an affiliate.",
    "affiliate_id": "The affiliate whose code it was when Tribute took the event in.",
    "code": "The code, in lower case, or affiliate id that the event carries. In `affiliates`, the affiliate's current primary code.",
    "time": "When it happened, by the rules for clocks.",
    "time_mark": "What had to be done to the sender's clock.",
    "received_at": "When Tribute, or the server that wrote an imported file, received it.",
    "counted": "Whether it is the one of its copies that counts.",
    "visitor_id": "The anonymous id, or what stands for it.",
    "visitor_kind": "What stands there.",
    "type": "`page`, `track`, `identify`, `screen`, `group`, `alias` or `merge`.",
    "bot": "Why it is kept and not counted.",
    "host": "The page's host, without `www.`.",
    "path": "The page's path.",
    "title": "The page's title.",
    "referrer_host": "The host of the page before, without `www.`.",
    "utm_source": "From the campaign that the SDK tells, else from the address; so are the next four.",
    "device": "`desktop`, `mobile`, `tablet`, `tv` or `console`.",
    "browser": "By the user agent.",
    "os": "By the user agent.",
    "country": "ISO 3166-1 alpha-2, of the address that was then cut out.",
    "channel": "How the visitor came.",
    "derivation": "The version of the rules that derived it.",
}
_TOKEN = re.compile(r"--([a-z0-9-]+): (#[0-9a-f]{6});")


def settings() -> str:
    """Every setting."""
    return _table(
        ("Setting", "Value", "Default", "What it does"),
        ((f"`{one.name}`", one.type, _code(one.default), one.help) for one in SETTINGS),
    )


def metrics() -> str:
    """The three metrics as `analytics/definitions.py` defines them."""
    return _meanings(Metric, "Metric")


def windows() -> str:
    """The five windows with their buckets."""
    return _table(
        ("Window", "From", "Buckets"),
        ((f"`{one.value}`", f"now − {one.days} × 24 h", f"UTC {one.grain.value}s") for one in TimeWindow),
    )


def dimensions() -> str:
    """What numbers can be divided by: by its names in REST and GraphQL."""
    meanings = dict(_documented(Dimension))
    rows = ((f"`{one.name.lower()}`", f"`{one.value}`", meanings[one.value]) for one in Dimension)
    return _table(("REST", "GraphQL", "Meaning"), rows)


def grains() -> str:
    return _table(("Grain", "Bucket"), ((f"`{value}`", meaning) for value, meaning in _documented(Grain)))


def comparisons() -> str:
    meanings = dict(_documented(Comparison))
    rows = ((f"`{one.name.lower()}`", f"`{one.value}`", meanings[one.value]) for one in Comparison)
    return _table(("REST", "GraphQL", "Compared with"), rows)


def rest_parameters() -> str:
    """The parameters of `/api/v1/analytics`."""
    rows = ((f"`{one.name}`", one.description, ", ".join(f"`{choice}`" for choice in one.choices)) for one in PARAMETERS)
    return _table(("Parameter", "What it is", "Values"), rows)


def drop_reasons() -> str:
    return _meanings(DropReason, "Reason")


def derived_values() -> str:
    """What the columns with a fixed choice of values say."""
    columns: tuple[tuple[str, type[Enum]], ...] = (
        ("time_mark", TimeMark),
        ("visitor_kind", VisitorKind),
        ("bot", BotMark),
        ("channel", Channel),
    )
    rows = ((f"`{column}`", (kind.__doc__ or "").strip(), _with_meanings(kind)) for column, kind in columns)
    return _table(("Column", "What it says", "Values"), rows)


def lists() -> str:
    """Other people's lists that the derivation follows, and their versions."""
    return _table(("List", "Tells", "Version"), ((one.name, one.tells, one.version) for one in LISTS))


def columns() -> str:
    """The columns of the published views, as a new store has them."""
    views = _published_views()
    kinds = {name: kind for view in _VIEW_ORDER for name, kind in views[view].items()}
    meanings = _column_meanings()
    rows = (
        (f"`{name}`", _TYPES[kind], ", ".join(f"`{view}`" for view in _VIEW_ORDER if name in views[view]), meanings.get(name, ""))
        for name, kind in kinds.items()
    )
    return _table(("Column", "Type", "In", "What it is"), rows)


def functions() -> str:
    """The functions that people's SQL may call, by kind."""
    kinds = ("aggregate", "window", "conditional", "text", "number", "time", "conversion", "list")
    told = [(kind, sorted(getattr(sql_functions, f"_{kind.upper()}").split())) for kind in kinds]
    missing = sql_functions.FUNCTIONS.difference(*(names for _, names in told))
    if missing:
        raise ValueError(f"a kind of functions is not told: {sorted(missing)}")
    rows = [(kind.capitalize(), ", ".join(f"`{name}`" for name in names)) for kind, names in told]
    rows.append(("As a table", ", ".join(f"`{name}`" for name in sorted(sql_functions.TABLE_FUNCTIONS))))
    return _table(("Kind", "Functions"), rows)


def commission_reasons() -> str:
    """Why an order is nobody's, or earns nothing."""
    return _table(("Reason", "Meaning"), ((f"`{reason}`", meaning) for reason, meaning in EXPLAINED.items()))


def commission_rules() -> str:
    """Examples of rules with their sentences."""
    return _table(("Rule", "Told as"), ((f"`{rule}`", sentence) for rule, sentence in example_rules()))


def commission_refunds() -> str:
    """An example of refunds with their reversals."""
    return _table(("Refund", "Reverses", "Leaves"), example_refunds())


def commands() -> str:
    """Every command with its help, in the order in which the program shows them."""
    return "\n".join(_command(path, command) for path, command in every_command())


def every_command() -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its path: `website add`."""
    yield from _below("", typer.main.get_command(app))


def colours() -> str:
    """The tokens of both themes, as the stylesheet has them."""
    css = (ROOT / "src/tribute/web/static/tribute.css").read_text("utf-8")
    light, dark = (dict(_TOKEN.findall(part)) for part in css.split('[data-theme="dark"]', 1))
    return _table(("Token", "Light", "Dark"), ((f"`--{name}`", f"`{light[name]}`", f"`{dark[name]}`") for name in light))


def _published_views() -> dict[str, dict[str, str]]:
    """Column to type, by view."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "analytics.duckdb"
        DuckDBEventStore(path, clock=SystemClock()).close()
        with duckdb.connect(path, read_only=True) as connection:
            rows = connection.execute(
                """
                SELECT table_name, column_name, data_type FROM duckdb_columns()
                WHERE schema_name = 'main' AND NOT internal ORDER BY table_name, column_index
                """
            ).fetchall()
    views: dict[str, dict[str, str]] = {view: {} for view in sql_functions.PUBLISHED_TABLES}
    for view, name, kind in rows:
        views[view][name] = kind
    return views


def _column_meanings() -> dict[str, str]:
    """What the fields of a derived event say of themselves, by the names that the views give them."""
    told = _texts_under_names(DerivedEvent)
    return told | {name: told[field] for name, field in _RENAMED.items() if field in told} | _OF_THE_VIEWS


def _below(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    for name, child in command.commands.items():
        where = f"{path} {name}".strip()
        if hasattr(child, "commands"):
            yield from _below(where, child)
        else:
            yield where, child


def _command(path: str, command: Any) -> str:
    parameters = [one for one in command.params if one.name not in _ON_EVERY_COMMAND]
    usage = " ".join(["tribute", path, *(_argument(one) for one in parameters if one.param_type_name == "argument"), "[OPTIONS]"])
    parts = [f"### tribute {path}\n", f"`{usage}`\n", f"{inspect.cleandoc(command.help)}\n"]
    if parameters:
        parts.append(_table(("Argument or option", "", "What it is"), (_parameter(one) for one in parameters)))
    return "\n".join(parts)


def _argument(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper())


def _parameter(parameter: Any) -> tuple[str, str, str]:
    is_argument = parameter.param_type_name == "argument"
    name = _argument(parameter) if is_argument else parameter.opts[0]
    told = (parameter.help or "").strip()
    kind = parameter.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        told += " One of " + ", ".join(f"`{choice.value}`" for choice in kind) + "."
    default = parameter.default
    if default not in (None, False, ()) and not callable(default) and not parameter.required:
        told += f" Default {getattr(default, 'value', default)}."
    return f"`{name}`", "required" if parameter.required else "", told.strip()


def _meanings(kind: type[Enum], heading: str) -> str:
    return _table((heading, "Meaning"), ((f"`{value}`", meaning) for value, meaning in _documented(kind)))


def _with_meanings(kind: type[Enum]) -> str:
    """An enum's values in one line, each with its meaning where its name does not say enough."""
    return "; ".join(f"`{value}`: {meaning.rstrip('.')}" if meaning else f"`{value}`" for value, meaning in _documented(kind))


def _documented(kind: type[Enum]) -> Iterator[tuple[str, str]]:
    """An enum's values with the texts that stand under them in the source."""
    told = _texts_under_names(kind)
    for member in kind:
        yield member.value, told.get(member.name, "")


def _texts_under_names(kind: type) -> dict[str, str]:
    """The texts that stand under the names of a class in its source, by name."""
    [definition] = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(definition, ast.ClassDef)
    told: dict[str, str] = {}
    name = None
    for node in definition.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            name = target.id if isinstance(target, ast.Name) else None
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and name is not None:
            told[name] = " ".join(str(node.value.value).split())
    return told


def _code(default: str) -> str:
    """A default as it would be typed; one in words stays words."""
    return default if " " in default or default == "none" else f"`{default}`"


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


PARTS: dict[str, Callable[[], str]] = {
    "settings": settings,
    "metrics": metrics,
    "windows": windows,
    "dimensions": dimensions,
    "grains": grains,
    "comparisons": comparisons,
    "rest-parameters": rest_parameters,
    "drop-reasons": drop_reasons,
    "derived-values": derived_values,
    "lists": lists,
    "columns": columns,
    "functions": functions,
    "commission-reasons": commission_reasons,
    "commission-rules": commission_rules,
    "commission-refunds": commission_refunds,
    "timestream-columns": lambda: _table(("Column", "Type", "What it is"), timestream_docs.columns()),
    "timestream-functions": lambda: _table(("Kind", "Function", "Example", "Answer", "To know"), timestream_docs.functions()),
    "commands": commands,
    "colours": colours,
    "pages": pages.in_markdown,
}


def renewed(text: str) -> str:
    """A document with its generated parts as the code says now."""
    return _PART.sub(lambda part: f"{part['begin']}{PARTS[part['name']]()}{part['end']}", text)


def main() -> None:
    """Write every document anew."""
    for document in documents():
        text = document.read_text("utf-8")
        fresh = renewed(text)
        if fresh != text:
            document.write_text(fresh, "utf-8")


if __name__ == "__main__":
    main()
