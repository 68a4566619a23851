"""Whatever a header says, it is an origin or none; ours are the public address, scheme and all, and the host that was asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.kit.origins import is_own_origin, origin_of

PUBLIC = "https://portal.example"


@pytest.mark.parametrize(
    "origin",
    ["https://portal.example", "https://Portal.example:443", "http://10.0.0.5:8000", "https://10.0.0.5:8000"],
)
def test_ours(origin: str) -> None:
    assert is_own_origin(origin, PUBLIC, "10.0.0.5:8000")


@pytest.mark.parametrize(
    "origin",
    ["http://portal.example", "https://portal.example:444", "https://portal.example.evil", "ftp://portal.example", "null", "", "http://["],
)
@pytest.mark.parametrize("host", ["portal.example", None, "", "["])
def test_others(origin: str, host: str | None) -> None:
    assert not is_own_origin(origin, PUBLIC, host)


@pytest.mark.parametrize("malformed", ["http://[", "http://]", "http://a:b", "http://a:99999", "https://", "http://[::1", "\x00"])
def test_what_is_malformed_is_none(malformed: str) -> None:
    assert origin_of(malformed) is None


@given(st.text(), st.text())
def test_nothing_breaks_it(told: str, host: str) -> None:
    is_own_origin(f"http://{told}", PUBLIC, host)
    is_own_origin(told, PUBLIC, host)
