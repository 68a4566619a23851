"""A page view sent to a served Tribute is pushed to a websocket that its fast protocol handed over."""

import json
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.support.served import served

PROTOCOL = Subprotocol("graphql-transport-ws")


@pytest.mark.slow
def test_a_page_view_is_pushed(tmp_path: Path) -> None:
    with served(tmp_path) as tribute:
        write_key, token = tribute.add_website("Course", "course.example"), tribute.add_affiliate("ada")
        address = tribute.url.replace("http://", "ws://")
        with pytest.raises(InvalidStatus), connect(f"{address}/elsewhere", subprotocols=[PROTOCOL], proxy=None):
            pass
        with connect(f"{address}/graphql", subprotocols=[PROTOCOL], proxy=None, additional_headers={"x-api-key": token}) as client:
            client.send(json.dumps({"type": "connection_init"}))
            assert json.loads(client.recv(timeout=20))["type"] == "connection_ack"
            client.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": "subscription { live { pageViews } }"}}))
            assert json.loads(client.recv(timeout=20))["payload"]["data"]["live"]["pageViews"] == 0
            page = {"anonymousId": "a-1", "properties": {"url": "https://course.example/?via=ada"}}
            httpx.post(f"{tribute.url}/v1/page", json=page, auth=(write_key, ""), trust_env=False, timeout=60).raise_for_status()
            assert json.loads(client.recv(timeout=20))["payload"]["data"]["live"]["pageViews"] == 1
            assert tribute.stop() == 0
