"""Commands, options, settings, make targets, files, addresses and metrics that the documents name exist."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.documents import ROOT, code_in, documents, name_of
from tests.support.generated_docs import every_command
from tribute.collector.redirect import GO_PREFIX
from tribute.collector.routes import route_of
from tribute.collector.snippet_door import is_snippet_path
from tribute.rest.app import rest_app
from tribute.settings import SETTINGS

_COMMANDS = {path: {name for one in command.params for name in one.opts} for path, command in every_command()}
_GROUPS = {path.partition(" ")[0] for path in _COMMANDS}
_OTHER_PATHS = {
    "/",
    "/balance",
    "/balance.csv",
    "/commissions",
    "/commissions/not-credited",
    "/creatives/",
    "/help",
    "/links",
    "/links/qr.png",
    "/links/qr.svg",
    "/owner",
    "/owner/orders",
    "/join/NAME",
    "/sign-in/first/",
    "/graphql",
    "/graphql/realtime",
    "/healthz",
    "/readyz",
    "/metrics",
    "/visitor-data",
}
_AWS_DOORS = {"/aws/firehose", "/aws/timestream"}
_ELSEWHERE = ("/opt/", "/var/", "/etc/")


@cache
def _rest_routes() -> list[str]:
    """The addresses of the REST API as patterns; a document may stop before what stands for an id."""
    nothing: Any = None
    application: Any = rest_app(
        analytics=nothing, money=nothing, office=nothing, callers=nothing, public_url="http://x", session_cookie="x"
    )
    paths = [route.path_format for route in application.routes] + ["/api/v1/openapi.json", "/api/v1"]
    return [re.sub(r"/\\{[^}]*\\}", r"/[^/]*", re.escape(path)) + "|" + re.escape(path.partition("{")[0]) for path in paths]


every_document = pytest.mark.parametrize("document", documents(), ids=name_of)


def _found(pattern: str, document: Path) -> Iterator[str]:
    for code in code_in(document):
        yield from re.findall(pattern, code)


@every_document
def test_commands_and_their_options(document: Path) -> None:
    wrong = []
    for code in code_in(document):
        for call in re.findall(r"(?:^|[/`(])tribute (?=[a-z-])([^|#`]*)", code):
            words = call.split()
            path = " ".join(words[:2]) if " ".join(words[:2]) in _COMMANDS else words[0]
            options = set(re.findall(r"(?<![\w-])--[a-z-]+", call)) - {"--help", "--home", "--json", "--version"}
            if path.startswith("--"):
                continue
            if path not in _COMMANDS and not (path in _GROUPS and len(words) == 1):
                wrong.append(f"tribute {call}")
            elif not options <= _COMMANDS.get(path, set()):
                wrong.append(f"tribute {call}: {options - _COMMANDS[path]}")
    assert wrong == []


@every_document
def test_settings(document: Path) -> None:
    names = {f"TRIBUTE_{one.name}" for one in SETTINGS} | {f"TRIBUTE_{one.name}_FILE" for one in SETTINGS if one.from_file} | {"TRIBUTE_"}
    assert [name for name in _found(r"TRIBUTE_[A-Z0-9_]*", document) if name not in names] == []


@every_document
def test_make_targets(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert [target for target in _found(r"^make ([a-z-]+)", document) if target not in targets] == []


@every_document
def test_files(document: Path) -> None:
    named = _found(r"(?<![\w./-])(?:src|tests|docs|deploy|requirements|benchmarks)/[\w./-]*\w", document)
    assert [path for path in named if not (ROOT / path).exists()] == []


@every_document
def test_addresses(document: Path) -> None:
    def exists(path: str) -> bool:
        if path.startswith("/api/v1"):
            return any(re.fullmatch(route, path) for route in _rest_routes())
        return (
            path in _OTHER_PATHS | _AWS_DOORS
            or path.startswith((*_ELSEWHERE, GO_PREFIX))
            or is_snippet_path(path)
            or route_of(path) is not None
        )

    wrong = [path for path in _found(r"^(/[\w/.-]*)", document) if not exists(path)]
    wrong += [path for path in _found(r"http://127\.0\.0\.1:8000(/[\w/.-]*)", document) if not exists(path)]
    assert wrong == []
