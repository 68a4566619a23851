"""A whole portal over real parts."""

from tests.support.portal import portal

__all__ = ["portal"]
