"""Every page of the web application stands in the list of pictures, or among those without one, with the reason; and none that is gone."""

from pathlib import Path
from typing import Any

import pytest

from pictures.pages import WITHOUT_PICTURE, every_picture
from tests.support.documents import ROOT
from tests.support.portal import opened
from tests.support.ways_to_change import recorded_applications
from tribute.web.after_forms import ways_back
from tribute.web.embed import PREFIX as EMBED

BESIDE_THE_PAGES = {f"{EMBED}{{token_id}}"}
"""Doors that stand beside Litestar's routes and show something."""


def test_every_route_is_shown_or_has_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with recorded_applications(monkeypatch) as applications, opened(tmp_path) as portal:
        portal.build()
        routes = [route for one in applications for route in one.routes if not route.path_format.startswith("/api/")]
    pages = {route.path_format for route in routes if "GET" in getattr(route, "methods", ()) and not leads_back(route)} | BESIDE_THE_PAGES
    shown = {one.route for one in every_picture()}
    assert shown & set(WITHOUT_PICTURE) == set()
    assert shown | set(WITHOUT_PICTURE) == pages


def leads_back(route: Any) -> bool:
    """Whether opening the address only leads to the page that a form stands on."""
    return any(one.fn.__module__ == ways_back.__module__ for one in route.route_handlers if "GET" in one.http_methods)


def test_the_pictures_are_those_of_the_list() -> None:
    files = [one.file for one in every_picture()]
    assert len(files) == len(set(files)), "each has a name of its own"
    expected = {f"{file}-{variant}.webp" for file in files for variant in ("1440-light", "390-dark")}
    assert {path.name for path in (ROOT / "docs/images/pages").iterdir()} == expected, "run `make pictures`"
