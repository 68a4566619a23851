"""A JWT of the configured issuer is taken by GraphQL and REST wherever a token is; an issuer that is away is told in a sentence."""

from collections.abc import Iterator

import pytest

from tests.support.issuer import AUDIENCE, LocalIssuer, local_issuer
from tests.support.portal import NOW, Portal
from tribute.access.issuer import Issuer

ASKED = {"query": "{ viewer { code } }"}
NUMBERS = "/api/v1/analytics?metrics=page_views&window=7d"


@pytest.fixture
def issuer(portal: Portal) -> Iterator[LocalIssuer]:
    portal.add_affiliate()
    with local_issuer() as running:
        portal.access._issuer = Issuer(running.url, (AUDIENCE,), "affiliate_id", portal.clock)
        yield running


@pytest.mark.parametrize(("name", "value"), [("authorization", "Bearer {}"), ("authorization", "{}"), ("x-api-key", "{}")])
def test_a_jwt_is_a_token(portal: Portal, issuer: LocalIssuer, name: str, value: str) -> None:
    client = portal.client(**{name: value.format(issuer.token(NOW))})
    assert client.post("/graphql", json=ASKED).json() == {"data": {"viewer": {"code": "ada"}}}
    assert client.get(NUMBERS).status_code == 200


def test_a_wrong_jwt_is_401(portal: Portal, issuer: LocalIssuer) -> None:
    client = portal.client(authorization=issuer.token(NOW, affiliate_id="nobody"))
    answer = client.post("/graphql", json=ASKED)
    assert (answer.status_code, answer.json()["errors"][0]["errorType"]) == (401, "UnauthorizedException")
    assert client.get(NUMBERS).status_code == 401


def test_an_issuer_that_is_away_is_told_in_a_sentence(portal: Portal, issuer: LocalIssuer) -> None:
    issuer.broken = (500, b"")
    client = portal.client(authorization=issuer.token(NOW))
    answer = client.post("/graphql", json=ASKED)
    sentence = "The identity provider that signs tokens cannot be asked for its keys; try again in a minute."
    error = {"errorType": "ServiceUnavailableException", "message": sentence}
    assert (answer.status_code, answer.json()["errors"]) == (503, [error])
    rest = client.get(NUMBERS)
    assert (rest.status_code, rest.json()["error"]["message"]) == (503, sentence)
    token = portal.client(x_api_key=portal.token(None))
    assert token.post("/graphql", json=ASKED).status_code == 200
