"""The API's description: what Litestar cannot find out for the OpenAPI document, and the page that shows it to people.

The page is made from the document: plain HTML, no script, nothing from elsewhere.
"""

import base64
import hashlib
from dataclasses import dataclass
from html import escape
from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import OpenAPIMediaType, Operation, Parameter, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType

from tribute.rest.asking import DIMENSIONS, PARAMETERS, AskedParameter


@dataclass
class AnalyticsOperation(Operation):
    """The operation with the parameters that its handler reads by itself."""

    def __post_init__(self) -> None:
        self.parameters = [described for parameter in PARAMETERS for described in _described(parameter)]


class _Written(Schema):
    """A schema that is written out already."""

    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__()
        self._document = document

    def to_schema(self) -> dict[str, Any]:
        return self._document


def takes(kind: type[msgspec.Struct]) -> type[Operation]:
    """The operation whose handler reads a body of this type by itself."""
    _, parts = msgspec.json.schema_components([kind])
    body = RequestBody({"application/json": OpenAPIMediaType(schema=_Written(_whole(parts[kind.__name__], parts)))}, required=True)

    @dataclass
    class Taking(Operation):
        def __post_init__(self) -> None:
            self.request_body = body

    return Taking


def _whole(schema: Any, parts: dict[str, Any]) -> Any:
    """A schema with the parts that it refers to in place, since nothing else of the document knows them."""
    if isinstance(schema, dict):
        reference = schema.get("$ref")
        return (
            _whole(parts[reference.rpartition("/")[2]], parts)
            if reference
            else {key: _whole(value, parts) for key, value in schema.items()}
        )
    return [_whole(one, parts) for one in schema] if isinstance(schema, list | tuple) else schema


def _described(parameter: AskedParameter) -> list[Parameter]:
    """A parameter for the document; the filters, one for each dimension."""
    if parameter.repeatable:
        schema = Schema(type=OpenAPIType.ARRAY, items=Schema(type=OpenAPIType.STRING))
        names = [parameter.name.replace("…", dimension) for dimension in DIMENSIONS]
        return [Parameter(name, "query", schema, parameter.description, explode=True, style="form") for name in names]
    text = Schema(type=OpenAPIType.STRING, enum=None if parameter.name == "metrics" else list(parameter.choices) or None)
    return [Parameter(parameter.name, "query", text, _told(parameter), required=parameter.name == "metrics", example=parameter.example)]


def _told(parameter: AskedParameter) -> str:
    choices = f" One or more of {', '.join(parameter.choices)}." if parameter.name == "metrics" else ""
    return parameter.description + choices


_STYLE = """
:root { color-scheme: light dark; --text: #14181f; --muted: #545d6b; --line: #dfe3e8; --surface: #f7f8fa; --accent: #1f5fd1; }
@media (prefers-color-scheme: dark) {
  :root { --text: #eef1f5; --muted: #a3adba; --line: #2a313a; --surface: #171b21; --accent: #7fb0ff; background: #0f1216; }
}
body { margin: 0 auto; padding: 32px 24px; max-width: 960px; font: 14px/1.45 system-ui, sans-serif; color: var(--text); }
h1 { font-size: 28px; } h2 { font-size: 20px; margin-top: 40px; }
p, td { max-width: 70ch; } a { color: var(--accent); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 8px; border-top: 1px solid var(--line); }
th { color: var(--muted); font-weight: 600; } code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { background: var(--surface); padding: 16px; border-radius: 8px; overflow-x: auto; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class ReadablePage(OpenAPIRenderPlugin):
    """The document as a page at the API's first address."""

    def __init__(self) -> None:
        super().__init__(path="/", favicon="", style="")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The page. It needs nothing of the request but where it is."""
        return page(openapi_schema, str(request.base_url).rstrip("/")).encode()


def page(document: dict[str, Any], base: str) -> str:
    """The document as HTML."""
    about = document["info"]
    operations = "".join(
        _operation(path, method, told, base) for path, methods in sorted(document["paths"].items()) for method, told in methods.items()
    )
    schemas = "".join(_schema(name, schema) for name, schema in sorted(document["components"]["schemas"].items()))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(about["title"])} · API</title><style>{_STYLE}</style></head><body><main>
<h1>{escape(about["title"])} API</h1><p>{escape(about["description"])}</p>
<p>Send a token from <code>tribute token add</code> as <code>Authorization: Bearer TOKEN</code> or <code>x-api-key: TOKEN</code>.
Signed in to the portal, you can open these addresses in the browser. The whole description is in
<a href="/api/v1/openapi.json">openapi.json</a>.</p>
{operations}<h2>What the answers are made of</h2>{schemas}</main></body></html>"""


def _operation(path: str, method: str, told: dict[str, Any], base: str) -> str:
    rows = "".join(_parameter(parameter) for parameter in told.get("parameters", ()))
    answers = "".join(_answer(status, answer["description"]) for status, answer in told["responses"].items())
    sent = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    fields = _fields(sent) if sent else ""
    parameters = _table("Parameter", rows) if rows else ""
    return f"""<h2><code>{escape(method.upper())} {escape(path)}</code></h2><p>{escape(told.get("summary", ""))}.</p>
<pre tabindex="0">{escape(_example(path, method, base))}</pre>{parameters}{fields}{_table("Status", answers)}"""


def _example(path: str, method: str, base: str) -> str:
    """A command line that asks for it."""
    if method == "delete":
        return f"curl -X DELETE -H 'x-api-key: TOKEN' '{base}{path}'"
    if method != "get":
        return f"curl -X {method.upper()} -H 'x-api-key: TOKEN' -H 'content-type: application/json' -d @body.json '{base}{path}'"
    asked = "?metrics=page_views,visitors&window=30d&by=country&format=csv" if path.endswith("/analytics") else ""
    return f"curl -H 'x-api-key: TOKEN' '{base}{path}{asked}'"


def _fields(schema: dict[str, Any]) -> str:
    """What a body is made of."""
    needed = schema.get("required", ())
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code>{' (needed)' if name in needed else ''}</td><td>{escape(_kind_of(told))}</td></tr>"
        for name, told in schema.get("properties", {}).items()
    )
    return f"<p>{escape(schema.get('description', ''))}</p>{_table('Field of the body', rows)}"


def _kind_of(schema: dict[str, Any]) -> str:
    """What a value may be, in words."""
    if "anyOf" in schema:
        return " or ".join(_kind_of(one) for one in schema["anyOf"] if one.get("type") != "null")
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    about = schema.get("description", "")
    inner = ", ".join(schema.get("properties", {})) or (", ".join(schema.get("items", {}).get("properties", {})))
    kind = {"string": "text", "integer": "whole number", "array": "list", "object": "object", "boolean": "true or false"}.get(
        schema.get("type", ""), ""
    )
    return " ".join(part for part in (schema.get("format", kind), f"({inner})" if inner else "", about) if part)


def _table(heading: str, rows: str) -> str:
    head = f'<thead><tr><th scope="col">{heading}</th><th scope="col">What it is</th></tr></thead>'
    return f"<table>{head}<tbody>{rows}</tbody></table>"


def _answer(status: str, description: str) -> str:
    return f"<tr><td>{escape(status)}</td><td>{escape(description)}</td></tr>"


def _parameter(parameter: dict[str, Any]) -> str:
    choices = parameter.get("schema", {}).get("enum")
    listed = f"<br>{', '.join(f'<code>{escape(str(choice))}</code>' for choice in choices)}" if choices else ""
    needed = " (needed)" if parameter.get("required") else ""
    return f"<tr><td><code>{escape(parameter['name'])}</code>{needed}</td><td>{escape(parameter.get('description', ''))}{listed}</td></tr>"


def _schema(name: str, schema: dict[str, Any]) -> str:
    fields = "".join(
        f"<tr><td><code>{escape(field)}</code></td><td>{escape(str(told.get('description', '')))}</td></tr>"
        for field, told in schema.get("properties", {}).items()
    )
    return f"<h3>{escape(name)}</h3><p>{escape(schema.get('description', ''))}</p>{_table('Field', fields)}"
