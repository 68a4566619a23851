"""The unmodified links of AWS's for AppSync, under Apollo's client, query and subscribe: with an API key, with a JWT, with neither."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.issuer import AUDIENCE, LocalIssuer, local_issuer
from tests.support.node import SDK_FOLDER, node
from tests.support.served import Tribute, eventually, served

pytestmark = [pytest.mark.node, pytest.mark.slow, pytest.mark.xdist_group("appsync-javascript")]


@pytest.fixture(scope="module")
def issuer() -> Iterator[LocalIssuer]:
    with local_issuer() as running:
        yield running


@pytest.fixture(scope="module")
def tribute(tmp_path_factory: pytest.TempPathFactory, issuer: LocalIssuer) -> Iterator[Tribute]:
    settings = {"OIDC_ISSUER": issuer.url, "OIDC_AUDIENCE": AUDIENCE, "OIDC_AFFILIATE_CLAIM": "custom:affiliate"}
    with served(tmp_path_factory.mktemp("home"), **settings) as running:
        yield running


class Client:
    """The client's program, which tells a line at a time."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def told(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


@contextmanager
def client(tribute: Tribute, kind: str, credential: str) -> Iterator[Client]:
    command = [node(), str(SDK_FOLDER / "ask-and-subscribe-with-appsync.mjs"), tribute.url, kind, credential]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Client(process)
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(30) == 0
        finally:
            process.kill()


def view(tribute: Tribute, write_key: str, code: str) -> None:
    page = {"anonymousId": f"of-{code}", "properties": {"url": f"https://{code}.example/?via={code}"}}
    httpx.post(f"{tribute.url}/v1/page", json=page, auth=(write_key, ""), trust_env=False, timeout=60).raise_for_status()


def jwt(issuer: LocalIssuer, **claims: Any) -> str:
    return issuer.token(datetime.now(UTC), affiliate_id=None, **claims)


@pytest.mark.parametrize("kind", ["API_KEY", "OPENID_CONNECT"])
def test_it_queries_and_subscribes(tribute: Tribute, issuer: LocalIssuer, kind: str) -> None:
    code = kind.partition("_")[0].lower()
    write_key, token = tribute.add_website(kind, f"{code}.example"), tribute.add_affiliate(code)
    view(tribute, write_key, code)
    assert eventually(lambda: tribute.total(token), lambda total: total == 1) == 1
    [point] = tribute.points(token)
    with client(tribute, kind, token if kind == "API_KEY" else jwt(issuer, **{"custom:affiliate": code})) as running:
        assert running.told() == {"dataset": [point]}
        assert running.told() == {"pageViews": 1}
        view(tribute, write_key, code)
        assert running.told() == {"pageViews": 2}


def test_wrong_credentials_are_told_as_appsync_tells_them(tribute: Tribute, issuer: LocalIssuer) -> None:
    expired = jwt(issuer, **{"custom:affiliate": "nobody", "exp": int((datetime.now(UTC) - timedelta(minutes=5)).timestamp())})
    wrong = (("API_KEY", "wrong"), ("OPENID_CONNECT", expired), ("OPENID_CONNECT", jwt(issuer)))
    with ExitStack() as clients:
        for running in [clients.enter_context(client(tribute, kind, credential)) for kind, credential in wrong]:  # they are slow to give up
            refused = running.told()
            assert refused["status"] == 401
            assert refused["body"]["errors"][0]["errorType"] == "UnauthorizedException"
            assert "UnauthorizedException" in running.told()["failed"]
