"""The servers that are measured beside each other, each alone on its core while it runs: ours, nginx, runlight."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.machine import ROOT, SCRATCH, scratch
from benchmarks.processes import SERVER_CORE, answering, on_core, running
from tests.support.served import Tribute

PEERS = Path(__file__).with_name("peers")
_UNLIMITED = {"RATE_LIMIT": "10000000"}
"""All load comes with one write key, as it would not in life."""

_NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000000; client_max_body_size 8m; client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port} backlog=2048; location / {{ return 204; }} }}
}}
"""


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    pid: int


@dataclass(frozen=True, slots=True)
class OurServer(Server):
    write_key: str
    tribute: Tribute


@contextmanager
def nginx() -> Iterator[Server]:
    """nginx that answers 204 to everything, without an access log; one worker."""
    port = _free_port()
    with scratch("nginx") as folder:
        configuration = Path(folder) / "nginx.conf"
        configuration.write_text(_NGINX.format(folder=folder, port=port), "utf-8")
        with running(["nginx", "-c", str(configuration), "-e", f"{folder}/error.log"]) as process:
            url = f"http://127.0.0.1:{port}"
            answering(process, url)
            yield Server(url, process.pid)


@contextmanager
def ours(module: str = "tribute", **settings: str) -> Iterator[OurServer]:
    """`tribute serve` on a new home on the real disk, with its defaults, begun whole: what it builds after it is ready, it has built.

    `module` is what stands for the command.
    """
    with scratch("home") as folder:
        tribute = Tribute(Path(folder) / "home", _UNLIMITED | settings, tuple(on_core(SERVER_CORE, [sys.executable, "-m", module])), ROOT)
        write_key = tribute.add_website("Docs", "docs.acme.example")
        tribute.start()
        assert tribute.process is not None
        try:
            httpx.get(f"{tribute.url}/sign-in", trust_env=False, timeout=60).raise_for_status()
            yield OurServer(tribute.url, tribute.process.pid, write_key, tribute)
        finally:
            if tribute.process is not None:
                tribute.kill()


@contextmanager
def runlight(folder: Path, **settings: str) -> Iterator[Server]:
    """runlight on its SQLite store in `folder`, through its ASGI application, its rate limit off; one worker."""
    port = _free_port()
    python = peer("runlight")
    server = ["-m", "uvicorn", "runlight_app:app", "--app-dir", str(PEERS), "--port", str(port), "--no-access-log", "--lifespan", "on"]
    environment = {"DATA_DIR": str(folder), "RUNLIGHT_GEO": "off", **settings}
    with running([str(python), *server], environment=environment, output=folder / "runlight.log") as process:
        url = f"http://127.0.0.1:{port}"
        answering(process, f"{url}/runlight/s.js")
        yield Server(url, process.pid)


def peer(name: str) -> Path:
    """The Python of a peer's own environment, made from its requirements when it is not there or they have changed."""
    home, wanted = SCRATCH / "peers" / name, (PEERS / f"{name}.txt").read_text("utf-8")
    python, stamp = home / "bin" / "python", home / "requirements.txt"
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        uv = str(Path(sys.executable).with_name("uv"))
        subprocess.run([uv, "venv", "-q", "--clear", "--python", sys.executable, str(home)], check=True)
        subprocess.run(
            [uv, "pip", "install", "-q", "--python", str(python), "--require-hashes", "-r", str(PEERS / f"{name}.txt")], check=True
        )
        stamp.write_text(wanted, "utf-8")
    return python


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
