"""Where REST is, for whoever sends requests to it without loading it. Used by `app`."""

from typing import Final

PREFIX: Final = "/api/v1"
