"""Who comes without an identity gets a hash of one day, website, address and browser, which tells nothing else."""

from datetime import timedelta

from tests.support.collector import KEY, OTHER_KEY, get, make_collector, read_record


def hash_of(made: object, *, key: str = KEY, ip: str = "203.0.113.7", agent: bytes = b"Browser/1", query: bytes = b"") -> str | None:
    reply = made.collector.receive(get("/pixel/v1/page", f"writeKey={key}".encode() + query, {b"user-agent": agent}, ip=ip))
    return read_record(reply.records[0]).cookieless_id


def test_it_is_stable_within_a_day_and_changes_with_everything_else() -> None:
    made = make_collector()
    first = hash_of(made)
    assert first is not None
    assert first == hash_of(made)
    assert first.startswith("c_")
    assert len(first) == 34
    others = [hash_of(made, ip="203.0.113.8"), hash_of(made, agent=b"Browser/2"), hash_of(made, key=OTHER_KEY)]
    made.clock.at += timedelta(hours=11, minutes=59)
    assert hash_of(made) == first
    made.clock.at += timedelta(minutes=1)
    others.append(hash_of(made))
    assert len({first, *others}) == 5


def test_who_has_an_identity_gets_none() -> None:
    made = make_collector()
    assert hash_of(made, query=b"&anonymousId=a") is None
    assert hash_of(made, query=b"&userId=u") is None


def test_the_address_and_browser_that_a_server_tells_are_the_visitors() -> None:
    made = make_collector()
    told = b"&context.ip=203.0.113.7&context.userAgent=Browser/1"
    assert hash_of(made, ip="198.51.100.1", agent=b"Server/1", query=told) == hash_of(made)


def test_without_a_salt_the_page_view_alone_is_kept() -> None:
    made = make_collector()
    made.salts.away = True
    assert hash_of(made) is None
