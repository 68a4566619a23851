"""Ctrl-C ends a demo in silence also while its server is still starting."""

import signal
import subprocess
import sys
from pathlib import Path

from tests.support.served import environment, eventually


def test_ctrl_c_while_the_server_starts(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    command = [sys.executable, "-m", "tribute", "demo", "--home", str(home), "--port", "0"]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a process that is started where it is ignored ignores it, too
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment({})) as demo:
        signal.signal(signal.SIGINT, before)
        assert eventually((home / "server.log").exists, bool)
        demo.send_signal(signal.SIGINT)
        out, err = demo.communicate(timeout=60)
    assert (demo.returncode, out, err) == (0, "", "")
