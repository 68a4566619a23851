"""New objects are found by being told of, and where recent ones lie; listing them keeps no other thread from loading."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import zstandard

from tests.support.pipeline import Pipeline
from tests.support.records import RECEIVED_AT, page_view
from tribute.delivery.delivery import Delivery
from tribute.objects.naming import object_key, recent_folders
from tribute.objects.port import ObjectInfo


def put(pipeline: Pipeline, number: int, days_ago: int = 0) -> str:
    """An object as another collector delivers it."""
    key = object_key("", f"other-{number}", RECEIVED_AT - timedelta(days=days_ago))
    line = b'{"spool":"other","seq":%d,' % number + page_view(number)[1:]
    pipeline.objects.put(key, zstandard.ZstdCompressor().compress(line))
    return key


@pytest.fixture
def listed(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The prefixes that were listed, from now on."""
    pipeline.loader.load_spool()
    prefixes: list[str] = []
    really_list = pipeline.objects.list

    def noted(prefix: str = "") -> Iterator[ObjectInfo]:
        prefixes.append(prefix)
        return really_list(prefix)

    monkeypatch.setattr(pipeline.objects, "list", noted)
    return prefixes


def test_an_object_that_was_told_of_is_loaded_without_looking_elsewhere(pipeline: Pipeline, listed: list[str]) -> None:
    told, _untold = put(pipeline, 1, days_ago=9), put(pipeline, 2)
    pipeline.loader.notify(told)
    pipeline.loader.notify(told)

    assert pipeline.loader.load_notified().events == 1
    assert pipeline.loader.load_notified().objects == 0
    assert listed == [told]
    assert pipeline.loader.load_objects().events == 1


def test_delivery_tells_of_what_it_wrote(pipeline: Pipeline) -> None:
    told: list[str] = []
    pipeline.append([page_view(1)])
    pipeline.seal()
    delivery = Delivery(
        pipeline.spool,
        pipeline.objects,
        pipeline.quarantine,
        pipeline.clock,
        prefix="",
        may_remove=lambda _: False,
        on_delivered=told.append,
    )

    delivery.run_once()
    delivery.run_once()

    assert told == [info.key for info in pipeline.objects.list()]


def test_recent_objects_are_found_in_two_folders(pipeline: Pipeline, listed: list[str]) -> None:
    for number in range(4):
        put(pipeline, number, days_ago=number)

    assert pipeline.loader.load_objects(prefixes=recent_folders("", RECEIVED_AT)).events == 2
    assert listed == ["2026/11/22/", "2026/11/23/"]
    assert recent_folders("/a/b/", RECEIVED_AT) == ["a/b/2026/11/22/", "a/b/2026/11/23/"]
    assert pipeline.loader.load_objects().events == 2


def test_what_could_not_be_read_is_tried_again_wherever_it_lies(
    pipeline: Pipeline, listed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(pipeline, 1, days_ago=9)
    with monkeypatch.context() as broken:
        broken.setattr(pipeline.objects, "open", _broken)
        assert pipeline.loader.load_objects().objects_unread == 1

    assert pipeline.loader.load_objects(prefixes=recent_folders("", RECEIVED_AT)).events == 1
    assert listed[0] == ""


def test_others_load_while_the_objects_are_listed(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline.loader.load_spool()
    pipeline.append([page_view(1)])
    really_list = pipeline.objects.list
    loaded: list[int] = []

    def slowly(prefix: str = "") -> Iterator[ObjectInfo]:
        other = threading.Thread(target=lambda: loaded.append(pipeline.loader.load_spool().events))
        other.start()
        other.join(timeout=10)
        assert loaded == [1], "the loader was locked"
        return really_list(prefix)

    monkeypatch.setattr(pipeline.objects, "list", slowly)
    pipeline.loader.load_objects()


def _broken(_key: str) -> None:
    raise OSError(5, "Input/output error")
