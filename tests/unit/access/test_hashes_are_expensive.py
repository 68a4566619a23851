"""What a stolen hash costs to guess at: the parameters of RFC 9106 for ordinary memory."""

from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from tests.support.people import LONG_ENOUGH
from tribute.access.passwords import _hasher as real_hasher  # before the tests' cheap one takes its place


def test_hashes_take_64_mib_and_three_passes() -> None:
    made = extract_parameters(real_hasher.hash(LONG_ENOUGH))
    assert made == RFC_9106_LOW_MEMORY
    assert (made.memory_cost, made.time_cost) == (64 * 1024, 3)
