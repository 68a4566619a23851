"""`tribute program sign-up`: the page is made with its first change, told as it stands, and keeps what is not given."""

import json
from pathlib import Path

from tests.support.cli import Tribute


def test_a_page_is_edited_and_published(tribute: Tribute, tmp_path: Path) -> None:
    tribute.json("website", "add", "--name", "Shop", "--domain", "shop.example")
    tribute.json("program", "add", "--name", "Partner & Co", "--website", "shop.example", "--percent", "50", "--currency", "USD")
    questions, text = tmp_path / "questions.json", tmp_path / "terms.txt"
    questions.write_text(json.dumps([{"text": "How many read you?", "required": True}]))
    text.write_text("Be honest.\n")
    before = tribute.json("program", "sign-up", "--program", "partner & co")
    assert (before["slug"], before["published"], before["questions"]) == ("partner-co", False, [])
    made = tribute.json("program", "sign-up", "--program", "partner & co", "--questions", str(questions), "--terms-text", str(text))
    assert (made["published"], made["terms_text"], len(made["questions"])) == (False, "Be honest.", 1)
    shown = tribute.json("program", "sign-up", "--program", "partner & co", "--publish", "--slug", "join-us")
    assert (shown["published"], shown["terms_id"], shown["questions"]) == (True, made["terms_id"], made["questions"])
    assert shown["url"].endswith("/join/join-us")
