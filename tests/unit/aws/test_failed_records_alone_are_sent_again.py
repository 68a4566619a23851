"""Into a stream every record goes at least once: what failed is sent again by itself, and a restart goes on where the stream stood."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard

from tribute.aws.forwarding import Forwarder
from tribute.aws.forwarding_progress import ForwardingProgress
from tribute.events.record import Stamps, encode_record, place_record
from tribute.kit.clock import FixedClock
from tribute.kit.errors import UnavailableError
from tribute.objects.folder import FolderObjectStore
from tribute.objects.naming import object_key

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class ScriptedStream:
    """Accepts what `accepts` says of a call's number and a record's place in it; `calls` has the message ids of each call."""

    def __init__(self, accepts: Callable[[int, int], bool] = lambda _call, _place: True) -> None:
        self.calls: list[list[str]] = []
        self._accepts = accepts

    def put(self, records: Sequence[bytes]) -> Sequence[bool]:
        self.calls.append([json.loads(record)["messageId"] for record in records])
        return [self._accepts(len(self.calls), place) for place in range(len(records))]

    @property
    def sent(self) -> list[str]:
        return [message_id for call in self.calls for message_id in call]


class Home:
    """Objects and the progress over them."""

    def __init__(self, folder: Path) -> None:
        self.clock = FixedClock(NOON)
        self.objects = FolderObjectStore(folder / "objects")
        self._folder = folder
        self._segments = 0

    def forwarder(self, stream: ScriptedStream, name: str = "a-stream") -> Forwarder:
        """One as after a start; a stop is asked for by nobody."""
        return Forwarder(
            objects=self.objects,
            stream=stream,
            progress=ForwardingProgress(self._folder / "forwarding", name),
            websites=lambda: {"web_a": "Course A"},
            undelivered_since=lambda: None,
            clock=self.clock,
            poll_seconds=0,
        )

    def deliver(self, *message_ids: str, title: str = "", **stamps: object) -> None:
        """An object with these page views."""
        self._segments += 1
        event = json.dumps({"properties": {"title": title}}).encode()
        lines = [
            place_record(
                "s1",
                seq,
                encode_record(Stamps(website_id="web_a", message_id=name, type="page", received_at=self.clock.now(), **stamps), event),  # type: ignore[arg-type]
            )
            for seq, name in enumerate(message_ids)
        ]
        key = object_key("", f"s1-{self._segments}", self.clock.now())
        self.objects.put(key, zstandard.compress(b"\n".join(lines) + b"\n"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.deliver("before")
    made.forwarder(ScriptedStream()).run_once()  # begins: what was there before is not sent
    return made


def names(count: int) -> list[str]:
    return [f"m{number}" for number in range(count)]


def test_only_what_failed_is_sent_again(home: Home) -> None:
    home.deliver(*names(10))
    stream = ScriptedStream(lambda call, place: call > 1 or place not in (3, 7))
    home.forwarder(stream).run_once()
    assert stream.calls == [names(10), ["m3", "m7"]]


def test_batches_keep_firehoses_limits(home: Home) -> None:
    home.deliver(*names(1100))
    home.deliver(*(f"large{number}" for number in range(9)), title="x" * 900_000)
    home.deliver("too large", title="x" * 1_100_000)
    home.deliver("last")
    stream = ScriptedStream()
    forwarder = home.forwarder(stream)
    forwarder.run_once()
    assert sorted(len(call) for call in stream.calls) == [1, 1, 4, 4, 100, 500, 500]
    assert "too large" not in stream.sent
    assert forwarder.status.too_large == 1
    assert forwarder.status.records == 1110


def test_everything_is_sent_once_and_a_restart_sends_nothing_again(home: Home) -> None:
    stream = ScriptedStream()
    for day in range(4):
        home.clock.at = NOON + timedelta(days=day)
        home.deliver(f"day{day}")
        home.forwarder(stream).run_once()
        home.forwarder(stream).run_once()
    assert stream.sent == ["day0", "day1", "day2", "day3"]


def test_a_crash_costs_one_batch_at_most(home: Home) -> None:
    class PowerCutError(Exception):
        """Nobody catches it."""

    class Dying(ScriptedStream):
        def put(self, records: Sequence[bytes]) -> Sequence[bool]:
            accepted = super().put(records)
            if len(self.calls) == 2:
                raise PowerCutError
            return accepted

    home.deliver(*names(1200))
    before, after = Dying(), ScriptedStream()
    with pytest.raises(PowerCutError):
        home.forwarder(before).run_once()
    home.forwarder(after).run_once()
    assert [len(call) for call in after.calls] == [500, 200]
    assert set(before.calls[0] + after.sent) == set(names(1200))


def test_a_stream_that_is_away_is_tried_again(home: Home) -> None:
    class Away(ScriptedStream):
        def put(self, records: Sequence[bytes]) -> Sequence[bool]:
            accepted = super().put(records)
            if len(self.calls) < 4:
                raise UnavailableError("the stream cannot be reached")
            return accepted

    home.deliver(*names(3))
    stream = Away()
    home.forwarder(stream).run_once()
    assert stream.calls == [names(3)] * 4


def test_what_nobody_looked_at_is_not_sent(home: Home) -> None:
    home.deliver("prefetched", prefetch=True)
    home.deliver("own", own_visit=True)
    home.deliver("seen")
    stream = ScriptedStream()
    home.forwarder(stream).run_once()
    assert stream.sent == ["seen"]


def test_a_record_says_whose_it_is_and_when_it_was(home: Home) -> None:
    home.deliver("one", anonymous_id="visitor", user_agent="Mozilla/5.0 (Macintosh) Firefox/140.0")
    told: list[dict[str, object]] = []

    class Reading(ScriptedStream):
        def put(self, records: Sequence[bytes]) -> Sequence[bool]:
            told.extend(json.loads(record) for record in records)
            return super().put(records)

    home.forwarder(Reading()).run_once()
    at = "2026-11-23T12:00:00.000000Z"
    assert told == [
        {
            "type": "page",
            "messageId": "one",
            "website": "Course A",
            "receivedAt": at,
            "timestamp": at,
            "anonymousId": "visitor",
            "properties": {"title": ""},
            "context": {"userAgent": "Mozilla/5.0 (Macintosh) Firefox/140.0"},
        }
    ]


def test_a_damaged_note_of_progress_passes_nothing_over(home: Home, tmp_path: Path) -> None:
    [note] = (tmp_path / "forwarding").iterdir()
    whole = note.read_bytes()
    home.deliver("a")
    note.write_bytes(whole[:-5])
    stream = ScriptedStream()

    with pytest.raises(UnavailableError, match="is damaged"):
        home.forwarder(stream).run_once()

    note.write_bytes(whole)
    home.forwarder(stream).run_once()
    assert stream.sent == ["a"]


def test_a_stream_that_is_named_again_goes_on_where_it_stood(home: Home) -> None:
    other, stream = ScriptedStream(), ScriptedStream()
    home.forwarder(other, "another").run_once()
    home.deliver("a")
    home.forwarder(other, "another").run_once()

    home.forwarder(stream).run_once()

    assert (other.sent, stream.sent) == (["a"], ["a"])
