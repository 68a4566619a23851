"""The visitors' IP addresses look up to the countries they are meant for, in the database that the collector uses."""

from random import Random

import iptocc
import pytest

from tribute.demo.audiences import AUDIENCES, Audience


@pytest.mark.parametrize("audience", AUDIENCES, ids=lambda audience: audience.zone.key)
def test_addresses_belong_to_their_country(audience: Audience) -> None:
    rng = Random(5)
    assert {iptocc.country_code(audience.address(rng)) for _ in range(200)} == {audience.country}
