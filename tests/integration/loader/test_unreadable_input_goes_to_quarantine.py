"""What cannot be read goes to quarantine once, with its reason, and the rest loads."""

import zstandard

from tests.support.pipeline import Pipeline
from tests.support.records import RECEIVED_AT, page_view
from tribute.objects.naming import object_key, source_of_segment

BROKEN = [b'{"v":1,"no":"record"}', b"not even JSON", b'{"v":1,"event":{"a":"\\ud800"}}']


def object_of(*lines: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(b"".join(line + b"\n" for line in lines))


def lines_of(*payloads: bytes) -> list[bytes]:
    return [b'{"spool":"other","seq":%d,' % number + payload[1:] for number, payload in enumerate(payloads)]


KEY = object_key("", "other-1", RECEIVED_AT)


def test_a_record_in_the_spool_that_is_none(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1), BROKEN[0], page_view(2), BROKEN[1], BROKEN[2]])

    report = pipeline.loader.load_spool()

    assert (report.events, report.quarantined) == (2, 3)
    assert all(item.reason.startswith("not a record: ") for item in pipeline.quarantine.list())
    [segment] = pipeline.spool.segments()
    assert {item.source for item in pipeline.quarantine.list()} == {source_of_segment(segment.key)}
    assert pipeline.loader.load_spool().quarantined == 0


def test_the_same_record_is_kept_once_whichever_way_it_comes(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1), BROKEN[0], page_view(2)])
    pipeline.loader.load_spool()
    pipeline.deliver(keep=False)

    pipeline.rebuild()
    pipeline.rebuild()

    assert len(pipeline.quarantine.list()) == 1
    assert pipeline.message_count() == (2, 0)


def test_a_record_of_a_newer_program(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1).replace(b'"v":1', b'"v":2'), page_view(2)])

    assert pipeline.loader.load_spool().events == 1
    assert "newer" in pipeline.quarantine.list()[0].reason


def test_a_line_in_an_object_that_is_no_record(pipeline: Pipeline) -> None:
    first, second, third = lines_of(page_view(1), page_view(2), page_view(3))
    pipeline.objects.put(KEY, object_of(first, b"garbage", b"more", b" " + second + third, b"", b'{"cut'))

    assert pipeline.loader.load_objects().events == 3
    items = pipeline.quarantine.list()
    assert {item.reason for item in items} == {"bytes between objects", "an object that does not close"}
    assert {pipeline.quarantine.content(item.id) for item in items} == {b"garbage\nmore", b'{"cut'}


def test_an_object_that_is_cut_off(pipeline: Pipeline) -> None:
    content = zstandard.ZstdCompressor(write_checksum=True).compress(b"\n".join(lines_of(*(page_view(number) for number in range(5000)))))
    pipeline.objects.put(KEY, content[: len(content) * 3 // 4])

    report = pipeline.loader.load_objects()

    assert 0 < report.events < 5000
    reasons = [item.reason for item in pipeline.quarantine.list()]
    assert f"{KEY}: the zstd data is cut off" in reasons
    assert pipeline.loader.load_objects().objects == 0


def test_an_object_that_is_garbage(pipeline: Pipeline) -> None:
    pipeline.objects.put(KEY, bytes(range(100)) * 100)
    pipeline.objects.put(object_key("", "other-2", RECEIVED_AT), object_of(*lines_of(page_view(1))))

    report = pipeline.loader.load_objects()

    assert (report.objects, report.events) == (2, 1)
    [item] = pipeline.quarantine.list()
    assert item.source == source_of_segment("other-1")


def test_an_object_without_an_end_to_its_line_is_read_in_bounded_memory(pipeline: Pipeline) -> None:
    pipeline.objects.put(KEY, zstandard.ZstdCompressor().compress(b'{"a":"' + b"x" * 40_000_000 + b"\n" + lines_of(page_view(1))[0]))

    assert pipeline.loader.load_objects().events == 1
    assert pipeline.quarantine.list()
    assert max(item.size for item in pipeline.quarantine.list()) < 50_000_000


def test_damage_in_the_spool_is_kept_and_the_rest_loads(pipeline: Pipeline) -> None:
    pipeline.append([page_view(1)])
    pipeline.append([page_view(2)])
    pipeline.append([page_view(3)])
    [file] = pipeline.spool_files()
    content = file.read_bytes()
    at = content.index(b'"m2"')
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(b"XX")

    assert pipeline.loader.load_spool().events == 2
    assert len(pipeline.quarantine.list()) == 1
    pipeline.loader.load_spool()
    pipeline.deliver(keep=False)
    assert len(pipeline.quarantine.list()) == 1
