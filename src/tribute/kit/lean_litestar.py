"""Litestar without what it would load by itself. Made by the rooms that answer people: the pages and REST."""

from typing import TYPE_CHECKING

from litestar import Litestar
from litestar.plugins.core import MsgspecDIPlugin

if TYPE_CHECKING:
    from litestar.plugins import PluginProtocol


class LeanLitestar(Litestar):
    """Litestar without its plugins for pydantic and attrs: it loads them wherever these libraries happen to be installed.

    No door here takes or gives their models, and pydantic alone is 13 MB of memory and a third of a second. Litestar has no setting for
    it; should a later one ask another method for its plugins, nothing breaks but the test that looks for pydantic.
    """

    @staticmethod
    def _get_default_plugins(plugins: "list[PluginProtocol]") -> "list[PluginProtocol]":
        return [*plugins, MsgspecDIPlugin()]
