"""One typed Settings from flags, environment and `tribute.toml`. Only `cli` and `app` know it."""

from tribute.settings.definitions import SETTINGS, HomeUnusableError, Setting, Settings
from tribute.settings.loading import load_settings

__all__ = ["SETTINGS", "HomeUnusableError", "Setting", "Settings", "load_settings"]
