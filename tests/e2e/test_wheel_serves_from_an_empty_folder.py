"""The wheel as it would be published: all that the product needs and nothing else, installed apart, served from an empty folder."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.served import Tribute

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), folder=ROOT)
    [made] = folder.glob("*.whl")
    return made


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Iterator[Tribute]:
    """The wheel in an environment of its own, which sees the packages of the tests' environment but not the source tree."""
    venv, folder = tmp_path / "venv", tmp_path / "empty"
    folder.mkdir()
    run(sys.executable, "-m", "venv", "--without-pip", str(venv), folder=tmp_path)
    [packages] = venv.glob("lib/python3*/site-packages")
    (packages / "of_the_tests.pth").write_text(site_packages() + "\n")  # paths below a .pth file are not searched for .pth files
    python = str(venv / "bin" / "python")
    run(
        str(Path(sys.executable).with_name("uv")),
        "pip",
        "install",
        "-q",
        "--offline",
        "--no-deps",
        "--python",
        python,
        str(wheel),
        folder=tmp_path,
    )
    where = run(python, "-c", "import tribute; print(tribute.__file__)", folder=folder)
    assert Path(where.strip()).is_relative_to(packages)
    tribute = Tribute(tmp_path / "home", command=(str(venv / "bin" / "tribute"),), folder=folder)
    tribute.start()
    try:
        yield tribute
    finally:
        tribute.stop()
    assert list(folder.iterdir()) == [], "a server writes into its home only"


def site_packages() -> str:
    import msgspec

    return str(Path(msgspec.__file__).parents[1])


def run(*command: str, folder: Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder, timeout=120).stdout


def test_it_holds_the_whole_package_and_nothing_else(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    written = {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {name for name in packed if ".dist-info/" not in name} == written
    kinds = {Path(name).suffix for name in written}
    assert kinds >= {".py", ".html", ".css", ".js", ".graphql"}
    assert any(name.startswith("tribute/migrations/versions/2") for name in packed)


def test_it_serves_pages_styles_graphql_and_numbers(installed: Tribute) -> None:
    with httpx.Client(base_url=installed.url, trust_env=False, timeout=60) as client:
        assert client.get("/readyz").status_code == 200
        page = client.get("/sign-in")
        assert page.status_code == 200
        style = re.search(r'href="(/static/[^"]+\.css)"', page.text)
        assert style is not None
        assert client.get(style[1]).headers["content-type"].startswith("text/css")
        assert "graphiql" in client.get("/graphql", headers={"accept": "text/html"}).text.lower()

        write_key, token = installed.add_website("Docs", "docs.acme.example"), installed.add_affiliate("ada")
        event = {"anonymousId": "v-1", "messageId": "m-1", "properties": {"url": "https://docs.acme.example/?via=ada"}}
        assert client.post("/v1/page", json=event, auth=(write_key, "")).status_code == 200
    assert installed.told("load", "--once")
    assert installed.total(token) == 1.0
