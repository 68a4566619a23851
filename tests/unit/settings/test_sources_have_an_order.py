"""Flags win over environment, environment over `tribute.toml`, that over defaults."""

from dataclasses import FrozenInstanceError
from ipaddress import ip_network
from pathlib import Path

import pytest

from tribute.settings import SETTINGS, Settings, load_settings
from tribute.settings.loading import default_home


def write_config(home: Path, text: str) -> None:
    (home / "tribute.toml").write_text(text, "utf-8")


def test_defaults(tmp_path: Path) -> None:
    settings = load_settings({"HOME": tmp_path}, {})
    assert settings == Settings(home=tmp_path)
    assert (settings.host, settings.port, settings.buffer_seconds, settings.buffer_mib) == ("127.0.0.1", 8000, 300, 5)
    assert settings.database_url == f"sqlite:///{tmp_path}/tribute.db"
    assert settings.objects_url == (tmp_path / "objects").as_uri()
    assert list(tmp_path.iterdir()) == []


def test_each_source_wins_over_the_next(tmp_path: Path) -> None:
    write_config(tmp_path, "port = 1\nhost = '127.0.0.2'\nbuffer_seconds = 0.5\nbuffer_mib = 7")
    settings = load_settings({"HOME": tmp_path, "PORT": 3, "HOST": None}, {"TRIBUTE_PORT": "2", "TRIBUTE_BUFFER_MIB": "8.5", "PATH": "x"})
    assert (settings.port, settings.buffer_mib, settings.host, settings.buffer_seconds) == (3, 8.5, "127.0.0.2", 0.5)


def test_the_home_comes_from_flag_environment_or_platform(tmp_path: Path) -> None:
    assert load_settings({"HOME": tmp_path}, {"TRIBUTE_HOME": "/elsewhere"}).home == tmp_path
    assert load_settings({}, {"TRIBUTE_HOME": str(tmp_path)}).home == tmp_path
    assert load_settings({"HOME": Path("relative")}, {}).home == Path.cwd() / "relative"
    assert default_home().name == "tribute"


def test_every_setting_is_a_field_and_every_field_a_setting() -> None:
    assert {setting.name.lower() for setting in SETTINGS} == set(Settings.__dataclass_fields__)
    assert all(setting.help.endswith(".") and setting.default and setting.type for setting in SETTINGS)


def test_all_forms_are_read(tmp_path: Path) -> None:
    write_config(tmp_path, "trusted_proxies = ['10.0.0.1', '192.168.0.0/16']\nlog_format = 'json'\nrate_limit = 5")
    settings = load_settings(
        {"HOME": tmp_path},
        {
            "TRIBUTE_PUBLIC_URL": "https://Affiliates.example.com:8443/",
            "TRIBUTE_DATABASE_URL": "sqlite:////var/lib/ledger.db",
            "TRIBUTE_OBJECTS_URL": "file:///var/lib/ob%20jects",
        },
    )
    assert settings.trusted_proxies == (ip_network("10.0.0.1"), ip_network("192.168.0.0/16"))
    assert (settings.log_format, settings.rate_limit) == ("json", 5)
    assert settings.public_url == "https://Affiliates.example.com:8443"
    assert (settings.database_url, settings.objects_url) == ("sqlite:////var/lib/ledger.db", "file:///var/lib/ob%20jects")


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "postgresql", "postgres"])
@pytest.mark.parametrize("rest", ["u:p%40ss@db.example:5432/tribute?sslmode=require", "u:p@[::1]/tribute", "/tribute?host=/run/postgresql"])
def test_a_postgresql_address_is_taken_in_its_common_forms_and_not_shown(tmp_path: Path, scheme: str, rest: str) -> None:
    settings = load_settings({"HOME": tmp_path}, {"TRIBUTE_DATABASE_URL": f"{scheme}://{rest}"})
    assert settings.database_url == f"postgresql+psycopg://{rest}"
    assert rest not in repr(settings)


def test_settings_cannot_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings(home=Path("/x")).port = 1
