"""Requests made at random from the OpenAPI document, as owner, affiliate and nobody: never a 500, and only answers that it names."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from tests.support.api import HALF, Api
from tests.support.portal import opened

EXAMPLES = 400
SERVER_ANSWERS = {405, 413}
"""What the server says before any route is asked."""


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A portal with a program, an order, a link and a coupon, so that what is named by chance may be there."""
    folder: Path = tmp_path_factory.mktemp("portal")
    with opened(folder) as portal:
        api = Api(portal)
        api.told("POST", "/programs", {"name": "0", "websites": ["course.example"], "terms": HALF})
        api.order()
        yield api


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_request_is_too_odd(api: Api) -> None:
    document = api.ask("GET", "/openapi.json").json()
    operations = [one.ok() for one in schemathesis.openapi.from_dict(document).get_all_operations()]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)  # what the document allows, and what it does not
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for operation in operations for mode in modes])
    seen = Counter[int]()
    clients = {code: api.client(code) for code in (None, "ada")} | {"nobody": api.portal.client()}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
    )
    @given(case=cases, by=st.sampled_from([None, None, None, "ada", "nobody"]))
    def ask(case: Any, by: str | None) -> None:
        told = case.as_transport_kwargs(base_url=api.portal.public_url)
        told.pop("cookies", None)
        body = {name: told[name] for name in ("json", "data", "params") if told.get(name) is not None}
        if isinstance(body.get("data"), bytes | str):
            body["content"] = body.pop("data")
        try:
            answer = clients[by].request(told["method"], told["url"], **body)
        except (httpx.InvalidURL, UnicodeEncodeError):  # nothing that can be sent
            return
        documented = {int(status) for status in case.operation.definition.raw["responses"]} | SERVER_ANSWERS
        seen[answer.status_code] += 1
        assert answer.status_code < 500, (told, answer.text)
        assert answer.status_code in documented | {404}, (told, answer.status_code, answer.text)
        if by == "nobody":
            assert answer.status_code >= 400

    ask()
    assert {200, 400, 401, 403, 404} <= seen.keys()
