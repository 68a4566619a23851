"""What is not on disk is not answered with 200: 503 with Retry-After and CORS, and the pixel's image. Nothing counts as accepted."""

import msgspec
import pytest

from tests.support.collector import FULL_DISK, KEY, LiveCollector, basic, live_collector, page, raw_request, until
from tribute.collector.drops import DropReason

_HEADERS = {"authorization": basic(KEY)[b"authorization"].decode(), "origin": "https://docs.acme.example"}
_PAGE = raw_request("POST", "/v1/page", _HEADERS, msgspec.json.encode(page()))

SHELLS = pytest.mark.parametrize("shell", ["asgi", "fast"])


def assert_refused(live: LiveCollector) -> None:
    reply = live.exchange(_PAGE)
    assert (reply.status, reply.header("retry-after")) == (503, "5")
    assert reply.header("access-control-allow-origin") == "https://docs.acme.example"
    assert reply.header("content-type") == "text/plain; charset=utf-8"
    assert live.made.collector.stats.accepted.total() == 0


@SHELLS
def test_a_full_disk_is_503_and_recovers(shell: str) -> None:
    with live_collector(shell) as live:
        live.spool.broken = FULL_DISK
        assert_refused(live)
        live.spool.broken = None
        assert live.exchange(_PAGE).status == 200
        assert live.made.collector.stats.accepted == {"page": 1}
        assert live.made.collector.stats.replies == {503: 1, 200: 1}


@SHELLS
@pytest.mark.parametrize("raised", [FULL_DISK, RuntimeError("a mistake of ours with private@example.com")])
def test_whatever_the_spool_raises_is_503(
    shell: str, raised: Exception, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with live_collector(shell) as live:

        def append(payloads: object) -> None:
            raise raised

        monkeypatch.setattr(live.spool, "append", append)
        assert_refused(live)
    assert "private@example.com" not in "".join(capfd.readouterr())


@SHELLS
def test_a_failed_sync_after_waiting_is_503(shell: str) -> None:
    with live_collector(shell) as live, live.connect() as connection:
        live.spool.held = True
        connection.sendall(_PAGE)
        until(lambda: live.spool.waiting == 1)
        live.spool.release(FULL_DISK)
        assert connection.recv(4096).startswith(b"HTTP/1.1 503 ")


@SHELLS
def test_nothing_is_answered_before_it_is_on_disk(shell: str) -> None:
    with live_collector(shell) as live, live.connect() as connection:
        live.spool.held = True
        connection.sendall(_PAGE)
        until(lambda: live.spool.waiting == 1)
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            connection.recv(1)
        connection.settimeout(5)
        live.spool.release()
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")


def test_the_pixel_answers_with_its_image_all_the_same() -> None:
    with live_collector("asgi") as live:
        live.spool.broken = FULL_DISK
        reply = live.exchange(raw_request("GET", f"/pixel/v1/page?writeKey={KEY}", {}))
        assert (reply.status, len(reply.body)) == (200, 43)
        assert live.made.collector.stats.accepted.total() == 0
        assert live.made.collector.stats.drops == dict[DropReason, int]()
