"""The tests' PostgreSQL: told as missing where there is none, shared by a run, and gone with it, also when the run is killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import postgresql
from tests.support.served import eventually

RUN = """
import os, sys, types
from tests.support import postgresql
postgresql.pytest_configure(types.SimpleNamespace())
with postgresql.empty_database() as url:
    print(os.environ["TESTS_POSTGRESQL_FOLDER"], url, flush=True)
    sys.stdin.read()
postgresql.pytest_unconfigure(types.SimpleNamespace())
"""


def test_where_there_is_none_tests_are_skipped_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "binaries", lambda: None)
    with pytest.raises(pytest.skip.Exception, match="`make test` installs one"):
        postgresql._port.__wrapped__()


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.parametrize("killed", [False, True])
def test_the_server_ends_with_the_run(*, killed: bool) -> None:
    if postgresql.binaries() is None:
        pytest.skip(postgresql.MISSING)
    root = Path(__file__).parents[3]
    run = subprocess.Popen([sys.executable, "-c", RUN], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    assert run.stdin is not None
    folder = Path(run.stdout.readline().split()[0])
    server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    assert is_running(server)
    if killed:
        run.send_signal(signal.SIGKILL)
    run.stdin.close()
    run.wait(60)
    run.stdout.close()
    assert eventually(lambda: (is_running(server), folder.exists()), lambda seen: seen == (False, False)) == (False, False)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
