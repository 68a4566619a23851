"""A whole portal over real parts, and its API as an owner and affiliates ask it."""

import pytest

from tests.support.api import Api
from tests.support.portal import Portal, portal

__all__ = ["portal"]


@pytest.fixture
def api(portal: Portal) -> Api:
    return Api(portal)
