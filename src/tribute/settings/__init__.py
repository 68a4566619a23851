"""One typed Settings from flags, environment and `tribute.toml`, and the home that it points to. Only `cli` and `app` know it."""

from tribute.settings.definitions import SETTINGS, HomeUnusableError, Setting, Settings
from tribute.settings.home import prepare_home, secret_key
from tribute.settings.loading import load_settings

__all__ = ["SETTINGS", "HomeUnusableError", "Setting", "Settings", "load_settings", "prepare_home", "secret_key"]
