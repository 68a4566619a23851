"""Each page is a dataclass and its template: the template names what the page has, and shows all of it."""

import importlib
import pkgutil
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from jinja2 import Environment, meta, nodes

import tribute.web
from tribute.kit.packaged_files import PackagedFiles
from tribute.web.rendering import Renderer

EVERYWHERE = {"csrf_token", "viewed_as"}
"""What the renderer adds to every page."""


def pages() -> list[Any]:
    """Every dataclass of the web room that names a template."""
    modules = [importlib.import_module(each.name) for each in pkgutil.walk_packages(tribute.web.__path__, "tribute.web.")]
    found = {
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and is_dataclass(each) and isinstance(getattr(each, "template", None), str)
    }
    return sorted(found, key=lambda page: (page.template, page.__name__))


def whole(environment: Environment, template: str) -> list[nodes.Template]:
    """A template with all that it extends and includes; what it only imports has no page."""
    assert environment.loader is not None
    tree = environment.parse(environment.loader.get_source(environment, template)[0])
    parts = [*tree.find_all(nodes.Extends), *tree.find_all(nodes.Include)]
    names = [str(part.template.value) for part in parts if isinstance(part.template, nodes.Const)]
    return [tree, *(one for name in names for one in whole(environment, name))]


def own_names(tree: nodes.Template) -> set[str]:
    """What a template names itself, also for what it includes: loop variables, macros, imports."""
    stored = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    imported = {name if isinstance(name, str) else name[1] for node in tree.find_all(nodes.FromImport) for name in node.names}
    return stored | imported | {node.name for node in tree.find_all(nodes.Macro)}


@pytest.mark.parametrize("page", pages(), ids=lambda page: f"{page.template}:{page.__name__}")
def test_the_template_names_what_the_page_has(page: Any) -> None:
    environment = Renderer(PackagedFiles("tribute.web", "static", prefix="/static"))._environment
    trees = whole(environment, page.template)
    has = {field.name for field in fields(page)}
    asks = {name for tree in trees for name in meta.find_undeclared_variables(tree)}
    ours = {name for tree in trees for name in own_names(tree)} - has
    assert asks - has - ours - EVERYWHERE - set(environment.globals) == set(), "the template names what the page has not"
    assert has - asks == set(), "the page has what its template does not show"
