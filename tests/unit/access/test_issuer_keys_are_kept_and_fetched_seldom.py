"""An issuer's keys are fetched when they are needed, at most once a minute, and serve on while the issuer is away."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.support.issuer import LocalIssuer, as_jwk, local_issuer, rsa_key
from tests.support.ledger import NOON, clock_at
from tests.support.served import eventually
from tribute.access.issuer_keys import IssuerKeys, IssuerUnavailableError
from tribute.kit.clock import FixedClock


@pytest.fixture
def issuer() -> Iterator[LocalIssuer]:
    with local_issuer() as running:
        yield running


@pytest.fixture
def clock() -> FixedClock:
    return clock_at()


@pytest.fixture
def keys(issuer: LocalIssuer, clock: FixedClock) -> IssuerKeys:
    return IssuerKeys(issuer.url, clock)


def test_a_new_key_is_fetched_when_a_token_names_it(issuer: LocalIssuer, keys: IssuerKeys, clock: FixedClock) -> None:
    assert keys.find("first", "RS256")
    issuer.keys = [as_jwk(rsa_key("second"), kid="second")]
    clock.at = NOON + timedelta(minutes=1)
    assert keys.find("second", "RS256")
    assert keys.find("first", "RS256") is None  # what the issuer has withdrawn is withdrawn here


def test_unknown_keys_cause_one_fetch_a_minute(issuer: LocalIssuer, keys: IssuerKeys, clock: FixedClock) -> None:
    for seconds in (0, 1, 59, 60, 61, 119, 120):
        clock.at = NOON + timedelta(seconds=seconds)
        assert [keys.find(f"made up {number}", "RS256") for number in range(20)] == [None] * 20
    assert issuer.asked == 3


def test_known_keys_are_fetched_anew_every_quarter_of_an_hour(issuer: LocalIssuer, keys: IssuerKeys, clock: FixedClock) -> None:
    for minutes in (0, 14, 15, 29, 30):
        clock.at = NOON + timedelta(minutes=minutes)
        assert keys.find("first", "RS256")
    assert issuer.asked == 3


def test_kept_keys_serve_for_a_day_while_the_issuer_is_away(issuer: LocalIssuer, keys: IssuerKeys, clock: FixedClock) -> None:
    assert keys.find("first", "RS256")
    issuer.broken = (503, b"")
    clock.at = NOON + timedelta(hours=23, minutes=59)
    assert keys.find("first", "RS256")
    with pytest.raises(IssuerUnavailableError):
        keys.find("second", "RS256")
    clock.at = NOON + timedelta(hours=24)
    with pytest.raises(IssuerUnavailableError, match="try again in a minute"):
        keys.find("first", "RS256")
    issuer.broken = None
    clock.at += timedelta(minutes=1)
    assert keys.find("first", "RS256")


@pytest.mark.parametrize(
    "answer",
    [(500, b""), (302, b""), (200, b"<html>"), (200, b"{}"), (200, b"[" * 50_000), (200, b" " * 600_000), (200, b"\xff")],
)
def test_an_issuer_that_answers_nonsense_is_unavailable(issuer: LocalIssuer, keys: IssuerKeys, answer: tuple[int, bytes]) -> None:
    issuer.broken = answer
    with pytest.raises(IssuerUnavailableError):
        keys.find("first", "RS256")


def test_a_configuration_of_another_issuer_is_not_believed(issuer: LocalIssuer, keys: IssuerKeys) -> None:
    issuer.issuer = "https://other.example"
    with pytest.raises(IssuerUnavailableError):
        keys.find("first", "RS256")


@pytest.mark.parametrize("address", ["http://keys.example/jwks", "file:///etc/passwd", "https://", ""])
def test_keys_are_not_fetched_where_others_could_change_them(issuer: LocalIssuer, keys: IssuerKeys, address: str) -> None:
    issuer.keys_url = address
    with pytest.raises(IssuerUnavailableError):
        keys.find("first", "RS256")


def test_an_issuer_that_nobody_answers_for_is_unavailable(clock: FixedClock) -> None:
    with local_issuer() as gone:
        pass
    with pytest.raises(IssuerUnavailableError):
        IssuerKeys(gone.url, clock).find("first", "RS256")


def test_a_slow_issuer_holds_up_three_threads_at_most(issuer: LocalIssuer, keys: IssuerKeys) -> None:
    issuer.delay = 0.5
    answers: list[str] = []

    def ask() -> None:
        try:
            answers.append("found" if keys.find("first", "RS256") else "none")
        except IssuerUnavailableError:
            answers.append("later")

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert eventually(lambda: answers.count("later"), lambda seen: seen == 5, within=5) == 5
    for thread in threads:
        thread.join()
    assert (answers.count("found"), issuer.asked) == (3, 1)
