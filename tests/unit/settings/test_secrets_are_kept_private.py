"""The secret key is made once with mode 0600, shared by everyone on the home, and may come from a file."""

import stat
import threading
from pathlib import Path

import pytest

from tribute.home import HomeUnusableError, prepare_home, secret_key
from tribute.kit.errors import InvalidInputError
from tribute.settings import Settings, load_settings

KEY = "k" * 32


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_key_is_made_once_for_its_user_only(tmp_path: Path) -> None:
    home = tmp_path / "a" / "home"
    prepare_home(home)
    first = secret_key(Settings(home=home))
    assert len(first) >= 32
    assert secret_key(Settings(home=home)) == first
    assert (mode(home), mode(home / "secret.key")) == (0o700, 0o600)
    assert [path.name for path in home.iterdir()] == ["secret.key"]


def test_of_many_first_starts_at_once_all_get_one_key(tmp_path: Path) -> None:
    start, keys = threading.Barrier(8), []

    def ask() -> None:
        start.wait()
        keys.append(secret_key(Settings(home=tmp_path)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_key_that_is_set_is_taken_and_none_is_made(tmp_path: Path) -> None:
    settings = load_settings({"HOME": tmp_path}, {"TRIBUTE_SECRET_KEY": KEY})
    assert secret_key(settings) == KEY.encode()
    assert list(tmp_path.iterdir()) == []
    assert KEY not in repr(settings)


def test_a_damaged_key_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("oops")
    with pytest.raises(HomeUnusableError, match="damaged"):
        secret_key(Settings(home=tmp_path))
    assert (tmp_path / "secret.key").read_text() == "oops"


def test_secrets_may_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY + "\n")
    assert load_settings({"HOME": tmp_path}, {"TRIBUTE_SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == KEY
    (tmp_path / "tribute.toml").write_text("secret_key_file = 'key'")
    assert load_settings({"HOME": tmp_path}, {}).secret_key == KEY


def test_a_secret_set_twice_or_in_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="TRIBUTE_SECRET_KEY is set too"):
        load_settings({"HOME": tmp_path}, {"TRIBUTE_SECRET_KEY": KEY, "TRIBUTE_SECRET_KEY_FILE": "x"})
    with pytest.raises(InvalidInputError, match=r"TRIBUTE_SECRET_KEY_FILE: the file .*absent cannot be read: No such file"):
        load_settings({"HOME": tmp_path}, {"TRIBUTE_SECRET_KEY_FILE": str(tmp_path / "absent")})


@pytest.mark.parametrize(
    ("name", "secret"), [("secret_key", KEY), ("database_url", "postgresql+psycopg://tribute:a-password@db.example/tribute")]
)
def test_a_secret_in_a_file_that_others_can_read_is_refused(tmp_path: Path, name: str, secret: str) -> None:
    config = tmp_path / "tribute.toml"
    config.write_text(f"{name} = '{secret}'")
    config.chmod(0o644)
    with pytest.raises(InvalidInputError, match="others can read it; run chmod 600") as error:
        load_settings({"HOME": tmp_path}, {})
    assert secret not in str(error.value)
    config.chmod(0o600)
    assert getattr(load_settings({"HOME": tmp_path}, {}), name) == secret


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for home in (tmp_path / "file", tmp_path / "file" / "home"):
        with pytest.raises(HomeUnusableError, match=r"the home .*file.* cannot be made: .*; give another with --home"):
            prepare_home(home)
