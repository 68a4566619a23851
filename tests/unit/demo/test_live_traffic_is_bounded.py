"""A simulation keeps its pace, counts answers, and ends by count, by time, by a word, at Ctrl-C, or when the server is gone."""

import socket
import threading
import time

import pytest

from tests.support.recording_door import RecordingDoor
from tribute.demo.simulate import SimulationReport, simulate
from tribute.kit.errors import InvalidInputError, UnavailableError

WEBSITES = {"pottery-at-home.example": "key-1"}


def test_the_pace_is_kept(door: RecordingDoor) -> None:
    started = time.monotonic()
    report = simulate(door.url, WEBSITES, events_per_second=50, events=26)
    assert time.monotonic() - started >= 0.5
    assert report.accepted == 26


def test_time_ends_it(door: RecordingDoor) -> None:
    report = simulate(door.url, WEBSITES, events_per_second=20, seconds=0.3)
    assert 0 < report.accepted <= 7


def test_a_word_ends_it(door: RecordingDoor) -> None:
    stop = threading.Event()

    def after_five(report: SimulationReport) -> None:
        if report.accepted >= 5:
            stop.set()

    report = simulate(door.url, WEBSITES, events_per_second=500, on_progress=after_five, stop=stop)
    assert 5 <= report.accepted == len(door.requests) < 500


def test_ctrl_c_ends_it_with_a_report(door: RecordingDoor) -> None:
    def interrupted(report: SimulationReport) -> None:
        if report.accepted >= 5:
            raise KeyboardInterrupt

    report = simulate(door.url, WEBSITES, events_per_second=500, on_progress=interrupted)
    assert 5 <= report.accepted == len(door.requests) < 500


def test_answers_are_counted_by_status(door: RecordingDoor) -> None:
    door.planned = [(429, {"retry-after": "0"}), (503, {"retry-after": "0"}), (400, {})]
    report = simulate(door.url, WEBSITES, events_per_second=1000, events=20)
    assert report.statuses == {429: 1, 503: 1, 400: 1, 200: 17}


def test_a_server_that_is_gone_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tribute.demo.simulate._PATIENCE", 3)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(UnavailableError, match="no longer answers"):
        simulate(f"http://127.0.0.1:{port}", WEBSITES, events_per_second=1000)


@pytest.mark.parametrize("pace", [0, -1, 10_001, float("nan")])
def test_a_pace_that_is_none_is_refused(pace: float) -> None:
    with pytest.raises(InvalidInputError, match="events per second"):
        simulate("http://127.0.0.1:1", WEBSITES, events_per_second=pace)


def test_nowhere_to_send_to_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="websites"):
        simulate("http://127.0.0.1:1", {})
