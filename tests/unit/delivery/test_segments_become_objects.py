"""Every sealed segment becomes one object: its records a line each, with their places, under a key that never changes."""

from datetime import timedelta
from typing import Any

import msgspec

from tests.support.spools import NOON, append, damages, entries, events, open_spool, segment_files
from tribute.delivery.packing import pack
from tribute.events.record import place_record
from tribute.objects.naming import object_key, source_of_segment


def test_a_segment_becomes_an_object(bench: Any) -> None:
    append(bench.spool, events(3))
    (segment,) = bench.spool.segments()
    report = bench.delivery().run_once()
    key = object_key("raw", segment.key, NOON)
    content = b"".join(place_record(bench.spool.spool_id, seq, payload) + b"\n" for seq, payload in enumerate(events(3)))
    assert bench.stored() == {key: content}
    assert msgspec.json.decode(content.split(b"\n")[2]) == {"spool": bench.spool.spool_id, "seq": 2, "v": 1, "n": 2}
    assert (report.segments, report.records, report.damages, report.removed, report.error) == (1, 3, 0, 0, None)
    assert report.object_bytes == next(bench.objects.list()).size


def test_what_still_takes_records_waits(bench: Any) -> None:
    bench.spool.close()
    bench.spool = open_spool(bench.folder / "spool", bench.clock, segment_seconds=60)
    delivery = bench.delivery()
    append(bench.spool, events(1))
    assert delivery.run_once().segments == 0
    assert delivery.oldest_undelivered() == NOON
    bench.clock.at += timedelta(seconds=60)
    assert delivery.run_once().segments == 1
    assert delivery.oldest_undelivered() is None


def test_it_leaves_the_spool_when_the_loader_has_followed_it(bench: Any) -> None:
    delivery = bench.delivery()
    append(bench.spool, events(1), events(1))
    assert delivery.run_once().removed == 0
    bench.followed = True
    report = delivery.run_once()
    assert (report.segments, report.removed) == (0, 2)
    assert bench.spool.segments() == []
    assert len(bench.stored()) == 2


def test_it_leaves_the_spool_after_a_while_anyway(bench: Any) -> None:
    delivery = bench.delivery(keep_seconds=600)
    append(bench.spool, events(1))
    delivery.run_once()
    bench.clock.at += timedelta(seconds=599)
    assert delivery.run_once().removed == 0
    bench.clock.at += timedelta(seconds=1)
    assert delivery.run_once().removed == 1


def test_after_a_restart_the_same_object_is_written_again(bench: Any) -> None:
    append(bench.spool, [b'{"v":1,"x":"%s"}' % (b"y" * 100_000)] * 20)
    bench.delivery().run_once()
    before = [(info.key, info.size, info.etag) for info in bench.objects.list()]
    with bench.objects.open(before[0][0]) as stream:
        content = stream.read()
    bench.clock.at += timedelta(days=1)
    bench.reopen()
    assert bench.delivery().run_once().segments == 1
    after = [(info.key, info.size, info.etag) for info in bench.objects.list()]
    assert [entry[:2] for entry in after] == [entry[:2] for entry in before]
    with bench.objects.open(after[0][0]) as stream:
        assert stream.read() == content


def test_damage_goes_to_quarantine_and_the_rest_is_delivered(bench: Any) -> None:
    append(bench.spool, events(3))
    (file,) = segment_files(bench.folder / "spool")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    (damage,) = damages(bench.spool)
    (segment,) = bench.spool.segments()
    for _ in range(2):  # a second delivery, as after a restart, adds nothing
        report = bench.delivery().run_once()
        assert (report.records, report.damages, report.error) == (2, 1, None)
        (item,) = bench.quarantine.list()
        assert (item.source, item.offset, item.reason) == (source_of_segment(segment.key), damage.offset, damage.reason)
        assert bench.quarantine.content(item.id) == damage.content
    assert [line.count(b"\n") for line in bench.stored().values()] == [2]


def test_a_segment_all_in_ruins_makes_no_object(bench: Any) -> None:
    append(bench.spool, events(3))
    (file,) = segment_files(bench.folder / "spool")
    ruins = b"\0" * file.stat().st_size
    file.write_bytes(ruins)
    bench.followed = True
    report = bench.delivery().run_once()
    assert (report.segments, report.records, report.damages, report.removed) == (1, 0, 1, 1)
    assert bench.stored() == {}
    assert [bench.quarantine.content(item.id) for item in bench.quarantine.list()] == [ruins]


def test_packing_holds_the_compressed_side_only(bench: Any) -> None:
    append(bench.spool, *([b'{"v":1,"n":"%s"}' % (b"z" * 50_000)] for _ in range(40)))
    packed = pack("spl", iter(entries(bench.spool)), lambda _damage: None)
    assert packed.records == 40
    assert packed.record_bytes > 2_000_000
    assert len(packed.content) < 20_000
