"""A rest ends as soon as less of it is wanted, and when its worker is woken; no rest is not begun."""

import threading
import time

from tribute.kit.pauses import rest


def test_a_rest_ends_when_it_is_not_wanted_any_more() -> None:
    wanted = iter([60.0, 60.0, 0.0])
    began = time.monotonic()

    rest(lambda: next(wanted), threading.Event())

    assert time.monotonic() - began < 30
    assert next(wanted, None) is None


def test_who_is_woken_rests_no_more() -> None:
    woken = threading.Event()
    woken.set()
    asked: list[float] = []

    def wanted() -> float:
        asked.append(60.0)
        return 60.0

    rest(wanted, woken)

    assert len(asked) == 1


def test_no_rest_takes_no_time() -> None:
    wanted = iter([0.0, 60.0])
    began = time.monotonic()

    rest(lambda: next(wanted), threading.Event())

    assert time.monotonic() - began < 30
    assert next(wanted) == 60.0, "asked once"
