"""The table of metrics in `docs/running.md` has each figure of a served Tribute, and no other."""

import re
from pathlib import Path

import httpx
import pytest

from tests.support.documents import ROOT
from tests.support.served import served


@pytest.mark.slow
def test_the_table_is_what_a_server_tells(tmp_path: Path) -> None:
    with served(tmp_path / "home", SMTP_URL="smtp://127.0.0.1:9?from=hello@acme.example") as tribute:
        page = httpx.get(f"{tribute.url}/metrics", trust_env=False).text
    told = set(re.findall(r"^# TYPE (tribute_\w+) ", page, re.MULTILINE))
    documented = set(re.findall(r"^\| `(tribute_\w+)` \|", (ROOT / "docs/running.md").read_text("utf-8"), re.MULTILINE))
    assert documented == {name for name in told if not name.endswith("_created")}
