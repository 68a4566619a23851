"""An image is what its bytes are: PNG, JPEG and WebP with their sizes; everything else is refused, whatever it is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.images import JPEG, PNG, WEBP
from tribute.kit.errors import InvalidInputError
from tribute.ledger.rules.images import LARGEST_IMAGE, checked_image


@pytest.mark.parametrize(
    ("data", "told"), [(PNG, ("image/png", 300, 250)), (JPEG, ("image/jpeg", 300, 250)), (WEBP, ("image/webp", 300, 250))]
)
def test_the_three_kinds_tell_their_size(data: bytes, told: tuple[str, int, int]) -> None:
    found = checked_image(data)
    assert (found.media_type, found.width, found.height) == told


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG is not taken"),
        (b"GIF89a" + bytes(60), "is no PNG"),
        (b"<html>", "is no PNG"),
        (b"", "is no PNG"),
        (PNG + bytes(LARGEST_IMAGE), "larger than 500 KB"),
        (PNG[:16] + bytes(8) + PNG[24:], "pixels"),
    ],
)
def test_others_are_refused(data: bytes, problem: str) -> None:
    with pytest.raises(InvalidInputError, match=problem):
        checked_image(data)


@given(st.sampled_from([PNG, JPEG, WEBP]), st.integers(0, 40), st.binary(max_size=40))
def test_broken_images_are_refused_or_have_a_size(data: bytes, kept: int, rest: bytes) -> None:
    try:
        found = checked_image(data[:kept] + rest)
    except InvalidInputError:
        return
    assert found.width > 0
    assert found.height > 0
