"""Followed buckets are read from `[[sources]]` in tribute.toml, or as JSON from the environment; both mean the same."""

import json
from pathlib import Path

from tribute.loader.foreign import ForeignFormat
from tribute.settings import load_settings
from tribute.settings.sources import FORMATS, SourceSetting

QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/events"


def test_both_ways_mean_the_same(tmp_path: Path) -> None:
    (tmp_path / "tribute.toml").write_text(
        f"""
        [[sources]]
        url = "s3://events/!{{timestamp:yyyy/MM/dd}}/"
        format = "firehose"
        website = "Docs"
        queue = "{QUEUE}"

        [[sources]]
        url = "s3://others"
        format = "segment"
        endpoint = "http://127.0.0.1:9000/"
        list_seconds = 60
        """
    )
    from_file = load_settings({"HOME": tmp_path}, {}).sources
    assert from_file == (
        SourceSetting("s3://events/!{timestamp:yyyy/MM/dd}/", "firehose", "Docs", QUEUE, None, 6 * 3600.0),
        SourceSetting("s3://others/", "segment", None, None, "http://127.0.0.1:9000", 60.0),
    )
    told = [
        {"url": "s3://events/!{timestamp:yyyy/MM/dd}/", "format": "firehose", "website": "Docs", "queue": QUEUE},
        {"url": "s3://others", "format": "segment", "endpoint": "http://127.0.0.1:9000", "list_seconds": 60},
    ]
    elsewhere = tmp_path / "elsewhere"
    assert load_settings({"HOME": elsewhere}, {"TRIBUTE_SOURCES": json.dumps(told)}).sources == from_file
    assert load_settings({"HOME": elsewhere}, {}).sources == ()


def test_every_format_can_be_followed() -> None:
    assert set(FORMATS) == set(ForeignFormat)
