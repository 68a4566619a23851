"""A real PostgreSQL on loopback for the tests: one server for all workers of a run, a database of its own for each test.

The first worker that needs it starts it, in a folder that the run's first process names and removes. A guard, which is this module as a
program, is the server's parent and ends it with the run, also when the run is killed. Where there is no PostgreSQL, tests say so and skip.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from uuid import uuid4

import psycopg
import pytest

from tests.support.postgresql_programs import binaries
from tribute.ledger.database import Database
from tribute.migrations import migrate

MISSING = "needs a PostgreSQL server (`postgres` and `initdb`); `make test` installs one on Debian as root, elsewhere install it by hand"
_FOLDER = "TESTS_POSTGRESQL_FOLDER"
_RUN = "TESTS_POSTGRESQL_RUN"
_TEMPLATE = "migrated"
_ROLE, _PASSWORD = "tribute", "a-password-to-look-for"
_START_SECONDS = 60
_guards: "list[subprocess.Popen[bytes]]" = []
"""Kept, because Python complains of a forgotten process that still runs."""
_SETTINGS = {
    "fsync": "off",  # nothing here must survive a power cut
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "listen_addresses": "127.0.0.1",
    "password_encryption": "scram-sha-256",
}


def pytest_configure(config: pytest.Config) -> None:
    """Name the run's folder, in its first process; workers inherit the name."""
    if not hasattr(config, "workerinput"):
        os.environ[_FOLDER], os.environ[_RUN] = f"{gettempdir()}/tribute-postgresql-{uuid4().hex}", str(os.getpid())


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the server, if one was started, and forget the folder; the workers have ended by now."""
    if hasattr(config, "workerinput") or os.environ.get(_RUN) != str(os.getpid()):
        return
    folder = Path(os.environ.pop(_FOLDER))
    if (folder / "server.json").exists():
        guard = json.loads((folder / "server.json").read_text())["guard"]
        os.kill(guard, signal.SIGTERM)
        give_up_at = time.monotonic() + _START_SECONDS
        while not (folder / "ended").exists() and time.monotonic() < give_up_at:
            time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def empty_database() -> Iterator[str]:
    """The URL of a database without tables; gone at the end."""
    with _database("template0") as url:
        yield url


@contextmanager
def migrated_database() -> Iterator[str]:
    """The URL of an empty ledger with all tables; gone at the end."""
    with _database(_TEMPLATE) as url:
        yield url


def ended_sessions(url: str) -> None:
    """End all connections to a database, as a restart of the server would."""
    with _administrator() as server:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [url.rpartition("/")[2]])


@contextmanager
def unreachable(url: str) -> Iterator[None]:
    """Keep everybody out of a database, as if its server were away."""
    name = url.rpartition("/")[2]
    with _administrator() as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        ended_sessions(url)
        yield
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())


@contextmanager
def _database(template: str) -> Iterator[str]:
    port, name = _port(), f"test_{uuid4().hex}"
    with _administrator() as server:
        server.execute(f"CREATE DATABASE {name} OWNER {_ROLE} TEMPLATE {template}".encode())
    try:
        yield _url(port, name)
    finally:
        with _administrator() as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _url(port: int, name: str) -> str:
    return f"postgresql+psycopg://{_ROLE}:{_PASSWORD}@127.0.0.1:{port}/{name}"


@contextmanager
def _administrator() -> Iterator[psycopg.Connection]:
    with psycopg.connect(host="127.0.0.1", port=_port(), user="postgres", password=_PASSWORD, dbname="postgres", autocommit=True) as server:
        yield server


@cache
def _port() -> int:
    """The server's port; starts it when no worker has before."""
    if binaries() is None:
        pytest.skip(MISSING)
    folder = Path(os.environ[_FOLDER])
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = folder / "server.json"
        if not note.exists():
            _start(folder)
        port = int(json.loads(note.read_text())["port"])
        if not (folder / "template").exists():
            _make_template(port)
            (folder / "template").touch()
        return port


@contextmanager
def own_server(folder: Path, **settings: str) -> Iterator[str]:
    """A server of one's own in an empty folder, with settings in the place of the tests'; how psycopg connects to its first database."""
    folder.chmod(0o711)  # its user has to get through
    guarding = _guarded(folder / "postgresql", str(os.getpid()), settings)
    try:
        port = json.loads((folder / "postgresql" / "server.json").read_text())["port"]
        yield f"host=127.0.0.1 port={port} user=postgres password={_PASSWORD} dbname=postgres"
    finally:
        guarding.terminate()
        guarding.wait(_START_SECONDS)


def _start(folder: Path) -> None:
    _guards.append(_guarded(folder, os.environ[_RUN], {}))


def _guarded(folder: Path, run: str, settings: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Start a server and wait until it answers; its guard."""
    folder.mkdir(mode=0o700, exist_ok=True)
    command = [sys.executable, "-m", "tests.support.postgresql", str(folder), run, *(f"{name}={value}" for name, value in settings.items())]
    root = Path(__file__).parents[2]
    with (folder / "log").open("w") as log:
        guard = subprocess.Popen(command, cwd=root, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    give_up_at = time.monotonic() + _START_SECONDS
    while not (folder / "server.json").exists():
        if guard.poll() is not None or time.monotonic() > give_up_at:
            guard.kill()
            raise AssertionError(f"PostgreSQL did not start: {(folder / 'log').read_text()[-2000:]}")
        time.sleep(0.02)
    return guard


def _make_template(port: int) -> None:
    administrator = psycopg.connect(host="127.0.0.1", port=port, user="postgres", password=_PASSWORD, dbname="postgres", autocommit=True)
    with administrator as server:
        server.execute(f"CREATE ROLE {_ROLE} LOGIN PASSWORD '{_PASSWORD}'".encode())
        server.execute(f"CREATE DATABASE {_TEMPLATE} OWNER {_ROLE} TEMPLATE template0".encode())
    ledger = Database(_url(port, _TEMPLATE))
    migrate(ledger)
    ledger.close()


def guard(folder: Path, run: int, settings: Mapping[str, str]) -> None:
    """Run a server in a folder until SIGTERM, or until the run's first process is gone. `settings` go before the tests' own."""
    programs = binaries()
    assert programs is not None
    user = _unprivileged() if os.geteuid() == 0 else {}  # PostgreSQL refuses to run as root
    data, secret = folder / "data", folder / "password"
    secret.write_text(_PASSWORD)
    data.mkdir()
    if user:
        for path in (folder, data, secret):
            shutil.chown(path, user["user"], user["group"])
    initialise = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8", "--locale=C"]
    subprocess.run([*initialise, "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = _SETTINGS | settings | {"port": str(port), "unix_socket_directories": ""}
    arguments = [f"-c{name}={value}" for name, value in told.items()]
    server = subprocess.Popen([programs / "postgres", "-D", data, *arguments], cwd=folder, **user)
    ending: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: ending.append(number))
    try:
        _wait_for(server, port)
        (folder / "starting.json").write_text(json.dumps({"port": port, "guard": os.getpid()}))
        (folder / "starting.json").replace(folder / "server.json")
        while not ending and server.poll() is None and _is_alive(run):
            time.sleep(0.1)
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown: sessions are ended, not waited for
        server.wait(_START_SECONDS)
        (folder / "ended").touch()
        if not _is_alive(run):
            shutil.rmtree(folder, ignore_errors=True)


def _wait_for(server: "subprocess.Popen[bytes]", port: int) -> None:
    give_up_at = time.monotonic() + _START_SECONDS
    while server.poll() is None and time.monotonic() < give_up_at:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="postgres", password=_PASSWORD, dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("PostgreSQL does not answer")


def _unprivileged() -> dict[str, str]:
    """Who runs the server instead of root: Debian's own user for it, else nobody."""
    import grp
    import pwd

    name = next(name for name in ("postgres", "nobody") if name in {user.pw_name for user in pwd.getpwall()})
    return {"user": name, "group": grp.getgrgid(pwd.getpwnam(name).pw_gid).gr_name}


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    guard(Path(sys.argv[1]), int(sys.argv[2]), dict(given.split("=", 1) for given in sys.argv[3:]))
